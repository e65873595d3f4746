// SPDX-License-Identifier: Apache-2.0

//go:build image && linux

package e2e

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// archive is the files of the OCI archive that make image leaves. They are read here as the specification of image
// layouts says, by nothing that has written them.
type archive map[string][]byte

// image is that of one platform.
type image struct {
	platform platform
	said     imageConfig
	files    []file // those of all layers, in their order
}

type platform struct{ OS, Architecture string }

// file is a file or folder of a layer.
type file struct {
	*tar.Header
	text []byte
}

// descriptor names a blob.
type descriptor struct {
	MediaType, Digest string
	Size              int
	Platform          platform
	Annotations       map[string]string
}

// manifest is an index or a manifest of an image.
type manifest struct {
	MediaType         string
	Config            descriptor
	Layers, Manifests []descriptor
	Annotations       map[string]string
}

// imageConfig is how the image is run.
type imageConfig struct {
	platform
	Created string
	Config  struct {
		User, WorkingDir      string
		Entrypoint, Cmd, Env  []string
		Labels                map[string]string
		Volumes, ExposedPorts map[string]struct{}
	}
	RootFS struct {
		DiffIDs []string `json:"diff_ids"`
	}
}

const imageFolder = "_build/image"

func openArchive(t *testing.T) archive {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, imageFolder, "otelcol-okta.tar"))
	require.NoError(t, err, "make image, or make e2e-image, makes it")
	files := archive{}
	for _, f := range readTar(t, bytes.NewReader(text)) {
		require.NotContains(t, files, f.Name, "it comes twice")
		files[f.Name] = f.text
	}
	require.JSONEq(t, `{"imageLayoutVersion": "1.0.0"}`, string(files["oci-layout"]))
	return files
}

func readTar(t *testing.T, from io.Reader) []file {
	t.Helper()
	var files []file
	for reader := tar.NewReader(from); ; {
		header, err := reader.Next()
		if errors.Is(err, io.EOF) {
			return files
		}
		require.NoError(t, err)
		text, err := io.ReadAll(reader)
		require.NoError(t, err)
		files = append(files, file{header, text})
	}
}

// blob returns what the descriptor names, which must be what it says.
func (a archive) blob(t *testing.T, d descriptor) []byte {
	t.Helper()
	text := a["blobs/sha256/"+strings.TrimPrefix(d.Digest, "sha256:")]
	require.Equal(t, d.Digest, digest(text))
	require.Equal(t, d.Size, len(text), d.Digest)
	return text
}

func digest(text []byte) string {
	sum := sha256.Sum256(text)
	return "sha256:" + hex.EncodeToString(sum[:])
}

// manifest reads the index or manifest that the descriptor names.
func (a archive) manifest(t *testing.T, d descriptor) manifest {
	t.Helper()
	return parseJSON[manifest](t, a.blob(t, d))
}

func parseJSON[T any](t *testing.T, text []byte) T {
	t.Helper()
	var parsed T
	require.NoError(t, json.Unmarshal(text, &parsed), string(text))
	return parsed
}

// images returns those of the archive. It has one index, as what copies it expects, which has them.
func (a archive) images(t *testing.T) []*image {
	t.Helper()
	top := parseJSON[manifest](t, a["index.json"])
	require.Len(t, top.Manifests, 1)
	require.Equal(t, "application/vnd.oci.image.index.v1+json", top.Manifests[0].MediaType)
	var images []*image
	for _, d := range a.manifest(t, top.Manifests[0]).Manifests {
		require.Equal(t, "application/vnd.oci.image.manifest.v1+json", d.MediaType)
		images = append(images, a.image(t, d))
	}
	require.NotEmpty(t, images)
	return images
}

func (a archive) image(t *testing.T, d descriptor) *image {
	t.Helper()
	m := a.manifest(t, d)
	i := &image{platform: d.Platform, said: parseJSON[imageConfig](t, a.blob(t, m.Config))}
	require.Equal(t, d.Platform, i.said.platform)
	require.Len(t, i.said.RootFS.DiffIDs, len(m.Layers))
	for n, layer := range m.Layers {
		require.Equal(t, "application/vnd.oci.image.layer.v1.tar+gzip", layer.MediaType)
		reader, err := gzip.NewReader(bytes.NewReader(a.blob(t, layer)))
		require.NoError(t, err)
		text, err := io.ReadAll(reader)
		require.NoError(t, err)
		require.Equal(t, i.said.RootFS.DiffIDs[n], digest(text))
		i.files = append(i.files, readTar(t, bytes.NewReader(text))...)
	}
	return i
}

// imageOfThisMachine returns the one that can run here.
func imageOfThisMachine(t *testing.T) *image {
	t.Helper()
	for _, i := range openArchive(t).images(t) {
		if i.platform == (platform{"linux", runtime.GOARCH}) {
			return i
		}
	}
	require.Failf(t, "the archive has no image for this machine", "make image PLATFORMS=linux/%s", runtime.GOARCH)
	return nil
}

// text returns what is in a file.
func (i *image) text(t *testing.T, path string) []byte {
	t.Helper()
	for _, f := range i.files {
		if f.Name == path {
			return f.text
		}
	}
	require.Fail(t, "the image has no "+path)
	return nil
}

// unpack writes the files into a folder, layer by layer, with their owners and modes.
func (i *image) unpack(t *testing.T, folder string) {
	t.Helper()
	for _, f := range i.files {
		require.True(t, filepath.IsLocal(f.Name), f.Name)
		path := filepath.Join(folder, f.Name)
		switch f.Typeflag {
		case tar.TypeDir:
			require.NoError(t, os.Mkdir(path, 0o700))
		case tar.TypeReg:
			require.NoError(t, os.WriteFile(path, f.text, 0o600))
		default:
			require.Fail(t, fmt.Sprintf("%s is neither file nor folder", f.Name))
		}
		require.NoError(t, os.Chown(path, f.Uid, f.Gid))
		require.NoError(t, os.Chmod(path, f.FileInfo().Mode()))
	}
}
