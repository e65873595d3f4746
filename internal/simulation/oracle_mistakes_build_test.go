// SPDX-License-Identifier: Apache-2.0

package simulation

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var allMistakes = slices.Concat(mistakes, leaseMistakes, rangeMistakes)

// maxSeeds is how many histories the simulation may need to find a deliberate mistake.
const maxSeeds = 500

// mistakeVariable is the environment variable that chooses a mistake in a receiver that has all of them.
const mistakeVariable = "SIMULATED_MISTAKE"

// TestDeliberateMistakes puts mistakes into the receiver, one after the other, and requires that the simulation
// finds each of them, by the check that is meant to. The flag -mistake chooses one, whose history is printed.
func TestDeliberateMistakes(t *testing.T) {
	if testing.Short() {
		t.Skip("it builds the receiver once more")
	}
	simulation := buildWithMistakes(t)
	if *oneMistake != "" {
		replayMistake(t, simulation, *oneMistake)
		return
	}
	t.Run("none", func(t *testing.T) {
		t.Parallel()
		output, err := histories(t, simulation, "", "-seeds=20")
		require.NoError(t, err, "without a mistake it must pass:\n%s", output)
	})
	t.Run("shortened", func(t *testing.T) {
		t.Parallel()
		requireShortened(t, simulation, "changed-filter-keeps-the-position")
	})
	for _, m := range allMistakes {
		t.Run(m.name, func(t *testing.T) {
			t.Parallel()
			output, err := histories(t, simulation, m.name, fmt.Sprint("-seeds=", maxSeeds), "-shorten=false")
			seed := requireFound(t, m, output, err)
			t.Logf("found by %q, replay it with: go test ./internal/simulation -run TestDeliberateMistakes -v -mistake %s -seed %s",
				m.check, m.name, seed)
		})
	}
}

// requireFound requires that the histories have found a mistake, and returns the seed that did.
func requireFound(t *testing.T, m mistake, output []byte, err error) (seed string) {
	t.Helper()
	require.Error(t, err, "it was not found:\n%s", output)
	failing := regexp.MustCompile(`seed (\d+) fails:`).FindSubmatch(output)
	require.NotNil(t, failing, "it failed in another way:\n%s", output)
	require.Regexp(t, `(?m)^\s+(`+m.check+`): `, string(output), "another check found it")
	return string(failing[1])
}

// replayMistake prints the history that finds one mistake: that of the flag -seed, or else the first one.
func replayMistake(t *testing.T, simulation, name string) {
	i := slices.IndexFunc(allMistakes, func(m mistake) bool { return m.name == name })
	require.GreaterOrEqual(t, i, 0, "no mistake has the name %q", name)
	flags := []string{fmt.Sprint("-replays=", *replays), fmt.Sprint("-shorten=", *shortenFailing), "-test.v"}
	if *oneSeed != 0 {
		flags = append(flags, fmt.Sprint("-seed=", *oneSeed))
	} else {
		flags = append(flags, fmt.Sprint("-seeds=", maxSeeds), fmt.Sprint("-first=", *firstSeed))
	}
	output, err := histories(t, simulation, name, flags...)
	requireFound(t, allMistakes[i], output, err)
	t.Logf("%s", output)
}

// requireShortened requires that the history which finds a mistake is printed without what it does not need.
func requireShortened(t *testing.T, simulation, name string) {
	output, err := histories(t, simulation, name, fmt.Sprint("-seeds=", maxSeeds), "-test.parallel=1")
	require.Error(t, err)
	said := regexp.MustCompile(`shortened from (\d+) steps of (\d+) receivers to the (\d+) of (\d+) that`).FindSubmatch(output)
	require.NotNil(t, said, "%s", output)
	var n [4]int
	for i := range n {
		n[i], err = strconv.Atoi(string(said[i+1]))
		require.NoError(t, err)
	}
	require.Less(t, n[2], n[0], "steps")
	require.Equal(t, 1, n[3], "receivers, of which no failure needs more")
	steps := regexp.MustCompile(`(?m)^\s+\dd \d\d:\d\d:\d\d\.\d{3}  org1\.okta\.com: `).FindAll(output, -1)
	require.Len(t, steps, n[2], "the steps are printed:\n%s", output)
}

// histories runs the built simulation with a mistake.
func histories(t *testing.T, simulation, mistake string, flags ...string) ([]byte, error) {
	flags = append([]string{"-test.run=^TestHistories$", "-test.timeout=5m"}, flags...)
	cmd := exec.CommandContext(t.Context(), simulation, flags...)
	cmd.Env = append(os.Environ(), mistakeVariable+"="+mistake)
	return cmd.CombinedOutput()
}

// buildWithMistakes builds this package's tests against a receiver that has all of the mistakes in it, each of
// which takes effect only when it is chosen. The code itself is not touched: the compiler is given edited copies.
func buildWithMistakes(t *testing.T) string {
	root, err := filepath.Abs("../..")
	require.NoError(t, err)
	scratch := t.TempDir()
	overlay := struct{ Replace map[string]string }{map[string]string{}}
	put := func(file string, text []byte) {
		copied := filepath.Join(scratch, strings.ReplaceAll(file, "/", "_"))
		require.NoError(t, os.WriteFile(copied, text, 0o600))
		overlay.Replace[filepath.Join(root, filepath.FromSlash(file))] = copied
	}

	edited := map[string][]byte{}
	for _, m := range allMistakes {
		for _, e := range m.edits {
			text, ok := edited[e.file]
			if !ok {
				text, err = os.ReadFile(filepath.Join(root, filepath.FromSlash(e.file)))
				require.NoError(t, err)
			}
			require.Equal(t, 1, bytes.Count(text, []byte(e.old)),
				"the mistake %q does not fit %s any more: make its edit fit the code, where this should stand once:\n%s", m.name, e.file, e.old)
			wrong := strings.ReplaceAll(e.text, "MISTAKE", fmt.Sprintf("deliberate(%q)", m.name))
			edited[e.file] = bytes.Replace(text, []byte(e.old), []byte(wrong), 1)
		}
	}
	packages := map[string]bool{}
	for file, text := range edited {
		put(file, text)
		packages[path.Dir(file)] = true
	}
	for p := range packages {
		put(p+"/deliberate.go", fmt.Appendf(nil,
			"package %s\n\nimport \"os\"\n\nfunc deliberate(mistake string) bool { return os.Getenv(%q) == mistake }\n",
			path.Base(p), mistakeVariable))
		if helper, ok := helpers[p]; ok {
			put(p+"/deliberate_helpers.go", []byte(helper))
		}
	}

	list, err := json.Marshal(overlay)
	require.NoError(t, err)
	overlayFile, simulation := filepath.Join(scratch, "overlay.json"), filepath.Join(scratch, "simulation.test")
	require.NoError(t, os.WriteFile(overlayFile, list, 0o600))
	output, err := exec.CommandContext(t.Context(), "go", "test", "-c", "-overlay", overlayFile, "-o", simulation, ".").CombinedOutput()
	require.NoError(t, err, "%s", output)
	return simulation
}
