// SPDX-License-Identifier: Apache-2.0

package otelcol

import (
	"errors"
	"io"
	"os"
)

// given is how a collector comes to its configuration: by a file in the user's own directory for temporary files, since
// Windows has no name for the standard input. free removes it.
func given(config []byte) (uri string, stdin io.Reader, free func(), err error) {
	file, err := os.CreateTemp("", "okta-collector-*.yaml")
	if err != nil {
		return "", nil, nil, err
	}
	free = func() { _ = os.Remove(file.Name()) } // what is left is the user's alone
	_, err = file.Write(config)
	if err = errors.Join(err, file.Close()); err != nil {
		free()
		return "", nil, nil, err
	}
	return "file:" + file.Name(), nil, free, nil
}
