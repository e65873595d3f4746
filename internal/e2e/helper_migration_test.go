// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/confmap"
)

var migrationPages = filepath.Join(root, "receiver", "oktasystemlogreceiver", "docs")

// page is the text of a document on migration, with the paths of docs.
func page(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(migrationPages, filepath.FromSlash(name)))
	require.NoError(t, err)
	return string(text)
}

// sectionOf is what stands below a heading of the second level.
func sectionOf(t *testing.T, text, heading string) string {
	t.Helper()
	_, section, found := strings.Cut(text, "\n## "+heading+"\n")
	require.True(t, found, heading)
	section, _, _ = strings.Cut(section, "\n## ")
	return section
}

// commands are the commands of a section, block by block.
func commands(t *testing.T, section string) (blocks []string) {
	t.Helper()
	for _, block := range regexp.MustCompile("(?ms)^ *```sh\n(.*?)^ *```").FindAllStringSubmatch(section, -1) {
		blocks = append(blocks, block[1])
	}
	require.NotEmpty(t, blocks)
	return blocks
}

// counterparts are the keys of the tables of a section, with the first key of the column beside them, or nothing where
// there is a dash.
func counterparts(section string) map[string]string {
	span := regexp.MustCompile("`([^`]+)`")
	found := map[string]string{}
	for line := range strings.Lines(section) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		if len(cells) < 3 || !strings.HasPrefix(line, "|") {
			continue
		}
		ours := ""
		if first := span.FindStringSubmatch(cells[1]); first != nil {
			ours = first[1]
		}
		for _, theirs := range span.FindAllStringSubmatch(cells[0], -1) {
			found[theirs[1]] = ours
		}
	}
	return found
}

// shell runs commands of a document in a directory, and returns what they print. before comes first; it can stand in
// for programs that are not here.
func shell(t *testing.T, directory, before, script string, environment ...string) string {
	t.Helper()
	if _, err := exec.LookPath("jq"); err != nil || runtime.GOOS != "linux" {
		t.Skip("the commands are those of Linux, and jq")
	}
	cmd := exec.CommandContext(t.Context(), "bash", "-c", before+"\n"+script)
	cmd.Dir, cmd.Env = directory, append(os.Environ(), environment...)
	said, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s\n%s", script, said)
	return string(said)
}

// oldKeys returns the keys of a collector's configuration files, each with its values. Of a key below one of the
// prefixes only what follows counts; keys of what has nothing to do with Okta are left out.
func (m migration) oldKeys(t *testing.T) map[string][]string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(m.folder(), "old", "*"))
	require.NoError(t, err)
	require.NotEmpty(t, files)
	keys := map[string][]string{}
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		all := map[string]string{}
		if filepath.Ext(file) == ".conf" {
			readConf(string(text), all)
		} else {
			document, err := confmap.NewRetrievedFromYAML(text) // of which JSON is a part
			require.NoError(t, err, file)
			raw, err := document.AsRaw()
			require.NoError(t, err)
			flatten("", raw, all)
		}
		for key, value := range all {
			if key = m.belowPrefix(key); key != "" {
				keys[key] = append(keys[key], value)
			}
		}
	}
	return keys
}

func (m migration) belowPrefix(key string) string {
	for _, prefix := range m.prefixes {
		if rest, below := strings.CutPrefix(key, prefix+"."); below || prefix == "" {
			return rest
		}
	}
	for _, other := range m.others {
		if key == other || strings.HasPrefix(key, other+".") {
			return ""
		}
	}
	return key
}

// readConf reads the settings of a Splunk configuration file.
func readConf(text string, into map[string]string) {
	for line := range strings.Lines(text) {
		if key, value, is := strings.Cut(line, "="); is && !strings.HasPrefix(line, "[") {
			into[strings.TrimSpace(key)] = strings.TrimSpace(value)
		}
	}
}

// flatten puts what a value consists of into the map, by paths with dots. What is in a list of objects has the path of
// the list.
func flatten(path string, value any, into map[string]string) {
	switch value := value.(type) {
	case map[string]any:
		for key, member := range value {
			flatten(strings.TrimPrefix(path+"."+key, "."), member, into)
		}
	case []any:
		for _, element := range value {
			if _, is := element.(map[string]any); is {
				flatten(path, element, into)
			} else {
				into[path] = fmt.Sprint(value...)
			}
		}
	case time.Time: // which YAML makes of start_at
		into[path] = value.Format(time.RFC3339)
	default:
		into[path] = fmt.Sprint(value)
	}
}

// newSettings are the settings of the receiver in the new configuration.
func (m migration) newSettings(t *testing.T) map[string]string {
	t.Helper()
	text, err := os.ReadFile(m.newConfig())
	require.NoError(t, err)
	document, err := confmap.NewRetrievedFromYAML(text)
	require.NoError(t, err)
	raw, err := document.AsRaw()
	require.NoError(t, err)
	all, settings := map[string]string{}, map[string]string{}
	flatten("", raw, all)
	for key, value := range all {
		if key, is := strings.CutPrefix(key, "receivers.okta_systemlog."); is {
			settings[key] = value
		}
	}
	assert.NotEmpty(t, settings)
	return settings
}
