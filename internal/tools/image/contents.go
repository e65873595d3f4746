// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
)

// user is the id of the user and of the group that the programs run as, which the manifests in examples have as well.
const user = 10001

const (
	storage   = "/var/lib/otelcol-okta"
	documents = "usr/share/doc/otelcol-okta/"
)

// base is what the programs find: its layer seldom changes. Go looks for root certificates in that place. /tmp is for
// what replays and backtests need, and is not writable where the root file system is read-only.
func base() ([]entry, error) {
	roots, err := rootCertificates()
	if err != nil {
		return nil, err
	}
	entries := []entry{
		{path: "etc/passwd", mode: 0o644, text: fmt.Appendf(nil, "root:x:0:0:root:/:/sbin/nologin\notelcol-okta:x:%d:%[1]d:otelcol-okta:%s:/sbin/nologin\n", user, storage)},
		{path: "etc/group", mode: 0o644, text: fmt.Appendf(nil, "root:x:0:\notelcol-okta:x:%d:\n", user)},
		{path: "etc/ssl/certs/ca-certificates.crt", mode: 0o644, text: roots},
		{path: "var/lib/otelcol-okta/", mode: 0o700, owner: user},
		{path: "tmp/", mode: 0o1777},
	}
	for _, folder := range []string{"etc/", "etc/otelcol-okta/", "etc/ssl/", "etc/ssl/certs/", "var/", "var/lib/"} {
		entries = append(entries, entry{path: folder, mode: 0o755})
	}
	return entries, nil
}

// texts are the licences of the project and of what the programs are made of, where packages of systems have them.
func texts(license, licenses string) ([]entry, error) {
	own, err := os.ReadFile(license)
	if err != nil {
		return nil, err
	}
	entries := []entry{{path: documents + "LICENSE", mode: 0o644, text: own}}
	for _, folder := range []string{"usr/", "usr/share/", "usr/share/doc/", documents} {
		entries = append(entries, entry{path: folder, mode: 0o755})
	}
	err = filepath.WalkDir(licenses, func(file string, found fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		below, err := filepath.Rel(licenses, file)
		if err != nil {
			return err
		}
		name := path.Join(documents, "licenses", filepath.ToSlash(below))
		if found.IsDir() {
			entries = append(entries, entry{path: name + "/", mode: 0o755})
			return nil
		}
		text, err := os.ReadFile(file)
		entries = append(entries, entry{path: name, mode: 0o644, text: text})
		return err
	})
	return entries, err
}

// programs are the collector, and the one around it: what checks the connection, shows the position and replays is
// needed where credentials and position are, and there is no shell to bring it.
func programs(folder string) ([]entry, error) {
	var entries []entry
	for _, name := range []string{"otelcol-okta", "okta-systemlog"} {
		text, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			return nil, err
		}
		entries = append(entries, entry{path: name, mode: 0o755, text: text})
	}
	return entries, nil
}
