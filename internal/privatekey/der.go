// SPDX-License-Identifier: Apache-2.0

package privatekey

import (
	"bytes"
	"crypto"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"strings"
)

// Names of what Okta does not take, by the object identifiers of keys and curves.
var (
	keyTypes = map[string]string{
		"1.2.840.113549.1.1.10": "RSA-PSS", "1.3.101.110": "X25519", "1.3.101.111": "X448", "1.3.101.112": "Ed25519", "1.3.101.113": "Ed448",
		"1.2.840.10040.4.1": "DSA", "1.2.840.113549.1.3.1": "Diffie-Hellman", "1.2.840.10046.2.1": "Diffie-Hellman",
	}
	curves = map[string]string{
		"1.3.132.0.10": "secp256k1", "1.3.132.0.33": "P-224", "1.2.840.10045.3.1.1": "P-192", "1.3.36.3.3.2.8.1.1.7": "brainpoolP256r1",
		"1.3.36.3.3.2.8.1.1.11": "brainpoolP384r1", "1.3.36.3.3.2.8.1.1.13": "brainpoolP512r1", "1.2.156.10197.1.301": "SM2",
	}
)

const (
	oidEC    = "1.2.840.10045.2.1"
	oidPKCS7 = "1.2.840.113549.1.7."
	oidPKCS5 = "1.2.840.113549.1.5."
	oidPBE12 = "1.2.840.113549.1.12."
)

// readDER reads a private key: PKCS#8, PKCS#1 or SEC 1, whatever the lines around it call it.
func (r *reader) readDER(der []byte) error {
	if key, err := x509.ParsePKCS8PrivateKey(der); err == nil {
		if signer, signs := key.(crypto.Signer); signs {
			r.key.Private = signer
			return nil
		}
		return r.refuseType("X25519")
	}
	if key, err := x509.ParsePKCS1PrivateKey(der); err == nil {
		r.key.Private = key
		return nil
	}
	if key, err := x509.ParseECPrivateKey(der); err == nil {
		r.key.Private = key
		return nil
	}
	return r.refuseDER(der)
}

// refuseDER says what it is that is no private key, or none that Go reads.
func (r *reader) refuseDER(der []byte) error {
	var pkcs8 struct {
		Version   int
		Algorithm pkix.AlgorithmIdentifier
		Key       []byte
		Rest      []asn1.RawValue `asn1:"optional,omitempty"`
	}
	var sec1 struct {
		Version    int
		Key        []byte
		Parameters asn1.RawValue `asn1:"optional,explicit,tag:0"`
	}
	var encrypted struct {
		Algorithm pkix.AlgorithmIdentifier
		Key       []byte
	}
	var pfx struct {
		Version  int
		Contents asn1.RawValue
	}
	switch {
	case decodes(der, &encrypted) && hasPrefix(encrypted.Algorithm.Algorithm, oidPKCS5, oidPBE12):
		return r.refuseEncrypted(" -inform DER")
	case decodesStart(der, &pkcs8) && len(pkcs8.Algorithm.Algorithm) > 0:
		return r.refuseAlgorithm(pkcs8.Algorithm)
	case decodesStart(der, &sec1) && sec1.Version == 1 && len(sec1.Parameters.FullBytes) > 0:
		return r.refuseParameters(sec1.Parameters)
	case decodesStart(der, &pfx) && pfx.Version == 3 && pfx.Contents.IsCompound && contents(pfx.Contents.Bytes):
		return r.refusePKCS12(der)
	case contents(inner(der)):
		return r.Errorf("is a PKCS#7 file, which has certificates and no private key: use the private key that belongs to them")
	}
	return r.refusePublicDER(der)
}

// oidPKCS7Data and the others are object identifiers as they stand in DER: the first content of PKCS#12, and the
// algorithms of PKCS#12 with RC2 and RC4, which OpenSSL 3 decrypts with its legacy provider alone (RFC 7292, appendix
// C).
const (
	oidPKCS7Data = "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01"
	oidPBE       = "\x06\x0a\x2a\x86\x48\x86\xf7\x0d\x01\x0c\x01"
	legacyPBE    = "\x01\x02\x05\x06"
)

// refusePKCS12 names the command that takes the key out, with the option that files of Windows and of old programs
// take.
func (r *reader) refusePKCS12(der []byte) error {
	for _, algorithm := range []byte(legacyPBE) {
		if bytes.Contains(der, append([]byte(oidPBE), algorithm)) {
			return r.Errorf("is a PKCS#12 file of an old format, which has a certificate and the key in it: take the key out (openssl pkcs12 -legacy -in okta.p12 -nodes -nocerts -out okta.pem), without -legacy before OpenSSL 3, and use okta.pem")
		}
	}
	return r.Errorf("is a PKCS#12 file, which has a certificate and the key in it: take the key out (openssl pkcs12 -in okta.p12 -nodes -nocerts -out okta.pem), and use okta.pem")
}

// refuseBinary says what a file is that begins as DER does, and is none: PKCS#12 with lengths that are left open (BER,
// as Java and browsers write it), or DER that was cut off or read as text.
func (r *reader) refuseBinary(raw string) error {
	switch {
	case strings.HasPrefix(raw, "\x30\x80") && strings.Contains(firstOf(raw, 64), oidPKCS7Data):
		return r.refusePKCS12([]byte(raw))
	case strings.HasPrefix(raw, "0\uFFFD"):
		return r.Errorf("is DER that was read as text, which has lost bytes of it: use %s for the file as it was made, or PEM", strings.TrimSuffix(r.Setting, "_file")+"_file")
	}
	return r.Errorf("is DER that is cut off or damaged: copy the file again, as it is, or use PEM")
}

// isBinary reports whether a text begins as DER does, whose second byte or next two are in no text behind its first.
func isBinary(raw string) bool {
	return strings.HasPrefix(raw, "0\uFFFD") || len(raw) >= 4 && raw[0] == 0x30 && (raw[1] >= 0x80 && raw[1] <= 0x84 || raw[2:4] == "\x02\x01")
}

// refusePublicDER says which of the public things it is.
func (r *reader) refusePublicDER(der []byte) error {
	if _, err := x509.ParseCertificate(der); err == nil {
		return r.refuseCertificate()
	}
	if _, err := x509.ParsePKIXPublicKey(der); err == nil {
		return r.refusePublicKey()
	}
	if key, err := x509.ParsePKCS1PublicKey(der); err == nil && (key.E == 2 || key.E == 5) {
		// Two numbers as well, the second of which is a generator: no RSA key has these for its exponent.
		return r.Errorf("has the parameters of Diffie-Hellman and no key: use the private key of the app")
	} else if err == nil {
		return r.refusePublicKey()
	}
	if _, err := x509.ParseCertificateRequest(der); err == nil {
		return r.refuseRequest()
	}
	return r.refuseDamaged()
}

// refuseAlgorithm says what a PKCS#8 key is of.
func (r *reader) refuseAlgorithm(algorithm pkix.AlgorithmIdentifier) error {
	oid := algorithm.Algorithm.String()
	switch {
	case oid == oidEC:
		return r.refuseParameters(algorithm.Parameters)
	case keyTypes[oid] != "":
		return r.refuseType(keyTypes[oid])
	case oid == "1.2.840.113549.1.1.1":
		return r.refuseDamaged()
	}
	return r.refuseType("of a type with the object identifier " + oid)
}

// refuseParameters says on which curve an EC key is that Go does not read.
func (r *reader) refuseParameters(parameters asn1.RawValue) error {
	if parameters.Class == asn1.ClassContextSpecific {
		parameters.FullBytes = parameters.Bytes
	}
	var curve asn1.ObjectIdentifier
	if decodes(parameters.FullBytes, &curve) {
		switch name := curves[curve.String()]; {
		case name != "":
			return r.refuseCurve(name)
		case hasPrefix(curve, "1.2.840.10045.3.1.7", "1.3.132.0.34", "1.3.132.0.35"):
			return r.refuseDamaged()
		}
		return r.refuseCurve("with the object identifier " + curve.String())
	}
	return r.Errorf("is an EC key that spells out the parameters of its curve in place of its name: convert it (openssl ec -in key.pem -param_enc named_curve -out okta.pem), and use okta.pem")
}

// contents reports whether DER begins with a type of content of PKCS#7, of which PKCS#12 is made.
func contents(der []byte) bool {
	var oid asn1.ObjectIdentifier
	return decodesStart(der, &oid) && hasPrefix(oid, oidPKCS7)
}

// inner is what a sequence consists of.
func inner(der []byte) []byte {
	var value asn1.RawValue
	if !decodes(der, &value) {
		return nil
	}
	return value.Bytes
}

func hasPrefix(oid asn1.ObjectIdentifier, prefixes ...string) bool {
	for _, prefix := range prefixes {
		if strings.HasPrefix(oid.String(), prefix) {
			return true
		}
	}
	return false
}

// decodes reports whether DER is a value and nothing else.
func decodes(der []byte, value any) bool {
	rest, err := asn1.Unmarshal(der, value)
	return err == nil && len(rest) == 0
}

// decodesStart reports whether DER begins with a value. Members of a sequence behind those of value are left out.
func decodesStart(der []byte, value any) bool {
	_, err := asn1.Unmarshal(der, value)
	return err == nil
}
