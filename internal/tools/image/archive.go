// SPDX-License-Identifier: Apache-2.0

package main

import (
	"archive/tar"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/layout"
)

// writeArchive writes an OCI image layout as a tar file. A file that is there is replaced only by a whole one.
func writeArchive(output string, index v1.ImageIndex) (err error) {
	folder, err := os.MkdirTemp(filepath.Dir(output), "layout-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	if _, err := layout.Write(folder, index); err != nil {
		return fmt.Errorf("image layout: %w", err)
	}
	file, err := os.CreateTemp(filepath.Dir(output), "archive-")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(file.Name()) }() // there is none of that name when all went well
	if err := errors.Join(writeTar(file, folder), file.Chmod(0o644), file.Close()); err != nil {
		return err
	}
	return os.Rename(file.Name(), output)
}

// writeTar writes the files of a folder in the order of their paths, all with the same time, mode and owner.
func writeTar(to io.Writer, folder string) error {
	archive := tar.NewWriter(to)
	err := filepath.WalkDir(folder, func(path string, found fs.DirEntry, err error) error {
		if err != nil || found.IsDir() {
			return err
		}
		below, err := filepath.Rel(folder, path)
		if err != nil {
			return err
		}
		return writeFile(archive, filepath.ToSlash(below), path)
	})
	if err != nil {
		return err
	}
	return archive.Close()
}

func writeFile(archive *tar.Writer, name, path string) (err error) {
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	info, err := file.Stat()
	if err != nil {
		return err
	}
	if err := archive.WriteHeader(&tar.Header{Typeflag: tar.TypeReg, Name: name, Mode: 0o644, Size: info.Size(), ModTime: time.Unix(0, 0)}); err != nil {
		return err
	}
	_, err = io.Copy(archive, file)
	return err
}
