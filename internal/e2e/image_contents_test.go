// SPDX-License-Identifier: Apache-2.0

//go:build image && linux

package e2e

import (
	"bytes"
	"crypto/x509"
	"debug/buildinfo"
	"debug/elf"
	"encoding/pem"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/confmap"
)

const documentsInImage = "usr/share/doc/otelcol-okta/"

// contents is all that an image has, with mode, user and group, beside the licences of what the programs are made of.
func contents() map[string]string {
	all := map[string]string{
		"etc/group":                         "-rw-r--r-- 0:0",
		"etc/passwd":                        "-rw-r--r-- 0:0",
		"etc/ssl/certs/ca-certificates.crt": "-rw-r--r-- 0:0",
		"okta-systemlog":                    "-rwxr-xr-x 0:0",
		"otelcol-okta":                      "-rwxr-xr-x 0:0",
		"tmp/":                              "dtrwxrwxrwx 0:0",
		documentsInImage + "LICENSE":        "-rw-r--r-- 0:0",
		"var/lib/otelcol-okta/":             "drwx------ 10001:10001",
	}
	for _, folder := range []string{
		"etc/", "etc/otelcol-okta/", "etc/ssl/", "etc/ssl/certs/", "usr/", "usr/share/", "usr/share/doc/", documentsInImage, "var/", "var/lib/",
	} {
		all[folder] = "drwxr-xr-x 0:0"
	}
	return all
}

func TestImageHasWhatIsNeededAndNothingElse(t *testing.T) {
	want := contents()
	licences := filepath.Join(root, "_build", "licenses")
	require.NoError(t, filepath.WalkDir(licences, func(path string, found fs.DirEntry, err error) error {
		below, _ := filepath.Rel(licences, path)
		name := filepath.Join(documentsInImage, "licenses", below)
		if found.IsDir() {
			want[name+"/"] = "drwxr-xr-x 0:0"
		} else {
			want[name] = "-rw-r--r-- 0:0"
		}
		return err
	}))
	require.Contains(t, want, documentsInImage+"licenses/github.com/apache/thrift/NOTICE", "make licenses collects them")

	for _, i := range openArchive(t).images(t) {
		has := map[string]string{}
		for _, f := range i.files {
			require.NotContains(t, has, f.Name, "it comes twice")
			has[f.Name] = fmt.Sprintf("%s %d:%d", f.FileInfo().Mode(), f.Uid, f.Gid)
			assert.True(t, f.ModTime.Equal(time.Unix(0, 0)), f.Name)
		}
		for _, name := range slices.Sorted(maps.Keys(has)) {
			assert.Equal(t, want[name], has[name], name)
		}
		for name := range want {
			assert.Contains(t, has, name)
		}
		assert.Equal(t, "root:x:0:0:root:/:/sbin/nologin\notelcol-okta:x:10001:10001:otelcol-okta:/var/lib/otelcol-okta:/sbin/nologin\n", string(i.text(t, "etc/passwd")))
		requirePrograms(t, i)
	}
}

// requirePrograms requires that both programs are for the image's platform and need no other file.
func requirePrograms(t *testing.T, i *image) {
	t.Helper()
	machines := map[string]elf.Machine{"amd64": elf.EM_X86_64, "arm64": elf.EM_AARCH64}
	for _, name := range []string{"otelcol-okta", "okta-systemlog"} {
		program := bytes.NewReader(i.text(t, name))
		parsed, err := elf.NewFile(program)
		require.NoError(t, err)
		assert.Equal(t, machines[i.platform.Architecture], parsed.Machine, name)
		for _, part := range parsed.Progs {
			assert.NotEqual(t, elf.PT_INTERP, part.Type, "%s is linked to libraries", name)
		}
		built, err := buildinfo.Read(program)
		require.NoError(t, err)
		assert.Contains(t, built.String(), "build\tGOARCH="+i.platform.Architecture+"\n")
	}
}

// Okta's certificates are by DigiCert.
func TestImageHasRootCertificates(t *testing.T) {
	rest := imageOfThisMachine(t).text(t, "etc/ssl/certs/ca-certificates.crt")
	var names []string
	for len(rest) > 0 {
		var block *pem.Block
		block, rest = pem.Decode(rest)
		require.NotNil(t, block)
		root, err := x509.ParseCertificate(block.Bytes)
		require.NoError(t, err)
		assert.True(t, root.IsCA || root.Version < 3, root.Subject)
		names = append(names, root.Subject.CommonName)
	}
	assert.Greater(t, len(names), 100)
	assert.Contains(t, names, "DigiCert Global Root G2")
	assert.NotContains(t, names, "Izenpe.com", "a root that is trusted up to a day")
}

func TestImageSaysWhatItIs(t *testing.T) {
	revision, err := exec.CommandContext(t.Context(), "git", "rev-parse", "HEAD").Output()
	require.NoError(t, err)
	for _, i := range openArchive(t).images(t) {
		said := i.said.Config
		assert.Equal(t, "10001:10001", said.User)
		assert.Equal(t, []string{"/otelcol-okta"}, said.Entrypoint)
		assert.Equal(t, []string{"--config", imageConfiguration}, said.Cmd)
		assert.Equal(t, map[string]struct{}{imageStorage: {}}, said.Volumes)
		labels := map[string]string{}
		for name, text := range said.Labels {
			labels[strings.TrimPrefix(name, "org.opencontainers.image.")] = text
		}
		assert.Equal(t, "otelcol-okta", labels["title"])
		assert.Equal(t, "Apache-2.0", labels["licenses"])
		assert.Equal(t, strings.TrimSpace(string(revision)), strings.TrimSuffix(labels["revision"], "-modified"))
		assert.Equal(t, i.said.Created, labels["created"])
		for _, name := range []string{"description", "documentation", "source", "url", "vendor", "version"} {
			assert.NotEmpty(t, labels[name], name)
		}
	}
}

// The manifests run the image as it was made: its user, arguments, ports and volume, and a file system that is
// read-only.
func TestImageIsWhatTheExamplesRun(t *testing.T) {
	pod, err := kubernetesExample(t, "kubernetes/deployment.yaml").Sub("spec::template::spec")
	require.NoError(t, err)
	require.Len(t, pod.Get("containers"), 1)
	run := confmap.NewFromStringMap(pod.Get("containers").([]any)[0].(map[string]any))
	said := imageOfThisMachine(t).said.Config
	requireSameUser(t, said.User, pod.Get("securityContext"), run.Get("securityContext"))
	assert.Nil(t, run.Get("command"), "the entrypoint is the image's")
	assert.Equal(t, []any{strings.Join(said.Cmd, "=")}, run.Get("args"))
	ports := map[string]struct{}{}
	for _, port := range run.Get("ports").([]any) {
		ports[fmt.Sprintf("%v/tcp", port.(map[string]any)["containerPort"])] = struct{}{}
	}
	assert.Equal(t, said.ExposedPorts, ports)
	assert.Equal(t, []string{filepath.Dir(imageConfiguration), filepath.Dir(imageToken), imageStorage}, mountPaths(run.Get("volumeMounts")))

	// The chart and the operator mount the configuration themselves; the chart's command is /, and this name.
	chart := kubernetesExample(t, "kubernetes/helm-values.yaml")
	requireSameUser(t, said.User, chart.Get("podSecurityContext"), chart.Get("securityContext"))
	assert.Equal(t, []string{fmt.Sprintf("/%v", chart.Get("command::name"))}, said.Entrypoint)
	assert.Equal(t, []string{filepath.Dir(imageToken), imageStorage}, mountPaths(chart.Get("extraVolumeMounts")))
	operator := kubernetesExample(t, "kubernetes/operator.yaml")
	requireSameUser(t, said.User, operator.Get("spec::podSecurityContext"), operator.Get("spec::securityContext"))
	assert.Equal(t, []string{filepath.Dir(imageToken), imageStorage}, mountPaths(operator.Get("spec::volumeMounts")))
}

// kubernetesExample reads the first document of a file of the examples.
func kubernetesExample(t *testing.T, path string) *confmap.Conf {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(root, "examples", path))
	require.NoError(t, err)
	first, _, _ := strings.Cut(string(text), "\n---\n")
	document, err := confmap.NewRetrievedFromYAML([]byte(first))
	require.NoError(t, err)
	conf, err := document.AsConf()
	require.NoError(t, err)
	return conf
}

// requireSameUser requires that a pod runs as the image's user, and its container with a file system that is read-only.
func requireSameUser(t *testing.T, user string, pod, container any) {
	t.Helper()
	wanted, _ := pod.(map[string]any)
	require.Equal(t, true, wanted["runAsNonRoot"])
	require.Equal(t, user, fmt.Sprintf("%v:%v", wanted["runAsUser"], wanted["runAsGroup"]))
	require.Equal(t, wanted["runAsGroup"], wanted["fsGroup"])
	wanted, _ = container.(map[string]any)
	require.Equal(t, true, wanted["readOnlyRootFilesystem"])
	require.Equal(t, false, wanted["allowPrivilegeEscalation"])
}

func mountPaths(mounts any) []string {
	var paths []string
	for _, mount := range mounts.([]any) {
		paths = append(paths, mount.(map[string]any)["mountPath"].(string))
	}
	return paths
}

// Another run of the program that writes the archive, over copies with other times and modes, writes the same bytes.
func TestImageComesOutTheSame(t *testing.T) {
	folder := t.TempDir()
	labels := imageOfThisMachine(t).said.Config.Labels
	label := func(name string) string { return labels["org.opencontainers.image."+name] }
	created, err := time.Parse(time.RFC3339, label("created"))
	require.NoError(t, err)
	require.NoError(t, os.CopyFS(filepath.Join(folder, "licenses"), os.DirFS(filepath.Join(root, "_build", "licenses"))))
	again := filepath.Join(folder, "again.tar")
	args := []string{
		"-output", again, "-version", label("version"), "-revision", label("revision"), "-created", fmt.Sprint(created.Unix()),
		"-description", label("description"), "-license", filepath.Join(root, "LICENSE"), "-licenses", filepath.Join(folder, "licenses"),
	}
	first := openArchive(t)
	for _, i := range first.images(t) {
		programs := filepath.Join(folder, i.platform.Architecture)
		require.NoError(t, os.Mkdir(programs, 0o700))
		for _, name := range []string{"otelcol-okta", "okta-systemlog"} {
			require.NoError(t, os.WriteFile(filepath.Join(programs, name), i.text(t, name), 0o600))
		}
		args = append(args, fmt.Sprintf("%s/%s=%s", i.platform.OS, i.platform.Architecture, programs))
	}
	said, err := exec.CommandContext(t.Context(), filepath.Join(root, imageFolder, "image"), args...).CombinedOutput()
	require.NoError(t, err, string(said))
	one, err := os.ReadFile(filepath.Join(root, imageFolder, "otelcol-okta.tar"))
	require.NoError(t, err)
	other, err := os.ReadFile(again)
	require.NoError(t, err)
	assert.Equal(t, digest(one), digest(other))
}
