// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"encoding/pem"
	"errors"

	"golang.org/x/crypto/x509roots/fallback/bundle"
)

// rootCertificates returns Mozilla's root certificates for TLS servers as PEM, from the module that the Go project
// makes of them: go.sum pins them, where those of the building machine would be its own. Left out are roots of which
// Mozilla trusts no certificate that was issued after some day: a PEM file can't say so.
func rootCertificates() ([]byte, error) {
	var roots bytes.Buffer
	for root := range bundle.Roots() {
		if root.Constraint != nil {
			continue
		}
		if err := pem.Encode(&roots, &pem.Block{Type: "CERTIFICATE", Bytes: root.Certificate}); err != nil {
			return nil, err
		}
	}
	if roots.Len() == 0 {
		return nil, errors.New("there are no root certificates")
	}
	return roots.Bytes(), nil
}
