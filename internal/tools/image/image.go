// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"slices"
	"strings"
	"time"

	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

const (
	name    = "otelcol-okta"
	project = "https://github.com/otel-okta/okta-systemlog-receiver"
	vendor  = "otel-okta"
)

// newIndex makes the index that an archive begins with. It has one entry, the index of the images: so tools that copy
// an archive to a registry copy all platforms, and those that load it choose theirs.
func newIndex(said what, builds []build) (v1.ImageIndex, error) {
	images, err := newImages(said, builds)
	if err != nil {
		return nil, err
	}
	// A tag has no plus sign.
	tag := strings.ReplaceAll(said.version, "+", "-")
	return mutate.AppendManifests(empty.Index, mutate.IndexAddendum{Add: images, Descriptor: v1.Descriptor{Annotations: map[string]string{
		"org.opencontainers.image.ref.name": tag,
		// What podman and containerd call the image that they load: until it is pushed it has no registry.
		"io.containerd.image.name": "localhost/" + name + ":" + tag,
	}}}), nil
}

// newImages makes the index with an image for each platform.
func newImages(said what, builds []build) (v1.ImageIndex, error) {
	shared, err := sharedLayers(said)
	if err != nil {
		return nil, err
	}
	images := mutate.IndexMediaType(empty.Index, types.OCIImageIndex)
	for _, b := range builds {
		image, err := newImage(said, b, shared)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", b.platform, err)
		}
		images = mutate.AppendManifests(images, mutate.IndexAddendum{Add: image, Descriptor: v1.Descriptor{Platform: &b.platform}})
	}
	return mutate.Annotations(images, said.labels()).(v1.ImageIndex), nil
}

// sharedLayers are those that all platforms have.
func sharedLayers(said what) ([]mutate.Addendum, error) {
	files, err := base()
	if err != nil {
		return nil, err
	}
	first, err := said.addendum("user, root certificates, folders", files)
	if err != nil {
		return nil, err
	}
	licences, err := texts(said.license, said.licenses)
	if err != nil {
		return nil, err
	}
	second, err := said.addendum("licences", licences)
	return []mutate.Addendum{first, second}, err
}

// newImage makes the image of a platform.
func newImage(said what, b build, shared []mutate.Addendum) (v1.Image, error) {
	files, err := programs(b.folder)
	if err != nil {
		return nil, err
	}
	last, err := said.addendum("otelcol-okta and okta-systemlog", files)
	if err != nil {
		return nil, err
	}
	image := mutate.ConfigMediaType(mutate.MediaType(empty.Image, types.OCIManifestSchema1), types.OCIConfigJSON)
	image, err = mutate.ConfigFile(image, said.config(b.platform))
	if err != nil {
		return nil, err
	}
	image, err = mutate.Append(image, slices.Concat(shared, []mutate.Addendum{last})...)
	if err != nil {
		return nil, err
	}
	return mutate.Annotations(image, said.labels()).(v1.Image), nil
}

func (w what) addendum(contents string, files []entry) (mutate.Addendum, error) {
	layer, err := newLayer(files)
	return mutate.Addendum{Layer: layer, MediaType: types.OCILayer, History: v1.History{Created: w.time(), CreatedBy: "make image", Comment: contents}}, err
}

// config is how the image of a platform is run. The user is a number, as runAsNonRoot of Kubernetes asks for. Ports are
// those of examples/kubernetes: metrics, event hook, health.
func (w what) config(platform v1.Platform) *v1.ConfigFile {
	return &v1.ConfigFile{
		OS:           platform.OS,
		Architecture: platform.Architecture,
		Created:      w.time(),
		Author:       vendor,
		RootFS:       v1.RootFS{Type: "layers"},
		Config: v1.Config{
			User:         fmt.Sprintf("%d:%[1]d", user),
			Entrypoint:   []string{"/otelcol-okta"},
			Cmd:          []string{"--config", "/etc/otelcol-okta/config.yaml"},
			Env:          []string{"PATH=/"}, // so that okta-systemlog is found by its name, as a command of exec
			WorkingDir:   "/",
			Volumes:      map[string]struct{}{storage: {}},
			ExposedPorts: map[string]struct{}{"8088/tcp": {}, "8888/tcp": {}, "13133/tcp": {}},
			Labels:       w.labels(),
			StopSignal:   "SIGTERM",
		},
	}
}

func (w what) labels() map[string]string {
	return map[string]string{
		"org.opencontainers.image.title":         name,
		"org.opencontainers.image.description":   w.description,
		"org.opencontainers.image.version":       w.version,
		"org.opencontainers.image.revision":      w.revision,
		"org.opencontainers.image.created":       w.created.Format(time.RFC3339),
		"org.opencontainers.image.vendor":        vendor,
		"org.opencontainers.image.licenses":      "Apache-2.0",
		"org.opencontainers.image.url":           project,
		"org.opencontainers.image.source":        project,
		"org.opencontainers.image.documentation": project + "/blob/main/receiver/oktasystemlogreceiver/docs/container.md",
	}
}

func (w what) time() v1.Time { return v1.Time{Time: w.created} }
