// SPDX-License-Identifier: Apache-2.0

// Image writes the container image of the distribution, without a daemon: an OCI archive with an image for each
// platform. The same programs, texts and times make the same bytes.
//
//	image -output otelcol-okta.tar -version 0.1.0 -revision 59f2792 -created 1795723647 -description TEXT \
//		-license LICENSE -licenses _build/licenses linux/amd64=FOLDER linux/arm64=FOLDER
//
// Each folder has the programs of its platform.
package main

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
)

// what is said about the image on the command line.
type what struct {
	version, revision, description string
	created                        time.Time
	license, licenses              string // path of the project's licence; of the folder of the others'
}

// build is a platform and the folder that has its programs.
type build struct {
	platform v1.Platform
	folder   string
}

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "image:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	var said what
	var output string
	var created int64
	flags := flag.NewFlagSet("image", flag.ContinueOnError)
	flags.StringVar(&output, "output", "", "`path` of the archive")
	flags.StringVar(&said.version, "version", "", "version of the programs")
	flags.StringVar(&said.revision, "revision", "", "commit that they were built from")
	flags.StringVar(&said.description, "description", "", "what the image is, in a sentence")
	flags.Int64Var(&created, "created", 0, "time of that commit, in `seconds` since 1970")
	flags.StringVar(&said.license, "license", "", "`path` of the project's licence")
	flags.StringVar(&said.licenses, "licenses", "", "`folder` of the licences of what the programs are made of")
	if err := flags.Parse(args); err != nil {
		return err
	}
	said.created = time.Unix(created, 0).UTC()
	builds, err := parseBuilds(flags.Args())
	if err != nil {
		return err
	}
	index, err := newIndex(said, builds)
	if err != nil {
		return err
	}
	return writeArchive(output, index)
}

// parseBuilds reads arguments such as linux/arm64=FOLDER.
func parseBuilds(args []string) ([]build, error) {
	var builds []build
	for _, arg := range args {
		name, folder, found := strings.Cut(arg, "=")
		if !found {
			return nil, fmt.Errorf("%q has no folder: write platform=folder", arg)
		}
		platform, err := v1.ParsePlatform(name)
		if err != nil {
			return nil, err
		}
		builds = append(builds, build{platform: *platform, folder: folder})
	}
	if len(builds) == 0 {
		return nil, errors.New("no platform is named")
	}
	return builds, nil
}
