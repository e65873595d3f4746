// SPDX-License-Identifier: Apache-2.0

// Deb makes the Debian package out of what .goreleaser.yaml says of packages, with the library that goreleaser uses: in
// seconds, where goreleaser itself takes minutes to compile. It is for tests of the package; releases are goreleaser's.
package main

import (
	"bytes"
	"errors"
	"flag"
	"fmt"
	"os"
	"path"

	"github.com/goreleaser/nfpm/v2"
	_ "github.com/goreleaser/nfpm/v2/deb" // the packager
	"go.yaml.in/yaml/v3"
)

func main() {
	version := flag.String("version", "", "the version of the package")
	date := flag.String("date", "", "the time of all files, as in RFC 3339")
	output := flag.String("output", "", "where to write the package")
	flag.Parse()
	if err := run(*version, *date, *output, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "deb:", err)
		os.Exit(1)
	}
}

// run makes the package with the given programs, in the folder of .goreleaser.yaml.
func run(version, date, output string, programs []string) error {
	text, err := os.ReadFile(".goreleaser.yaml")
	if err != nil {
		return err
	}
	config, err := packageOf(text, version, date, programs)
	if err != nil {
		return fmt.Errorf(".goreleaser.yaml: %w", err)
	}
	info, err := config.Get("deb")
	if err != nil {
		return err
	}
	packager, err := nfpm.Get("deb")
	if err != nil {
		return err
	}
	file, err := os.Create(output)
	if err != nil {
		return err
	}
	return errors.Join(packager.Package(nfpm.WithDefaults(info), file), file.Close())
}

// packageOf reads the one entry of nfpms, whose keys are nfpm's own but for some, as nfpm reads its configuration: a key
// that nfpm does not know is an error.
func packageOf(text []byte, version, date string, programs []string) (nfpm.Config, error) {
	var release struct {
		NFPMs []map[string]any `yaml:"nfpms"`
	}
	if err := yaml.Unmarshal(text, &release); err != nil {
		return nfpm.Config{}, err
	}
	if len(release.NFPMs) != 1 {
		return nfpm.Config{}, fmt.Errorf("nfpms has %d entries, and one is known here", len(release.NFPMs))
	}
	said := release.NFPMs[0]
	folder, _ := said["bindir"].(string)
	contents, _ := said["contents"].([]any)
	for _, program := range programs {
		contents = append(contents, map[string]any{
			"src": program, "dst": path.Join(folder, path.Base(program)), "file_info": map[string]any{"mode": 0o755, "mtime": date},
		})
	}
	said["name"], said["depends"], said["contents"] = said["package_name"], said["dependencies"], contents
	said["platform"], said["arch"], said["version"], said["mtime"] = "linux", "amd64", version, date
	for _, key := range []string{"package_name", "dependencies", "bindir", "formats"} {
		delete(said, key)
	}
	written, err := yaml.Marshal(said)
	if err != nil {
		return nfpm.Config{}, err
	}
	return nfpm.Parse(bytes.NewReader(written))
}
