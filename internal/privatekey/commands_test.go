// SPDX-License-Identifier: Apache-2.0

package privatekey

import (
	"encoding/base64"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// shell runs commands in a folder. It skips the test where a program of theirs is not installed.
func shell(t *testing.T, folder, commands string) {
	t.Helper()
	for _, program := range []string{"sh", "openssl", "ssh-keygen", "keytool"} {
		if _, err := exec.LookPath(program); err != nil && strings.Contains("sh "+commands, program+" ") {
			t.Skipf("%s is not installed, which the command is tried with", program)
		}
	}
	if strings.Contains(commands, "-legacy") && exec.CommandContext(t.Context(), "openssl", "list", "-provider", "legacy", "-cipher-algorithms").Run() != nil {
		t.Skip("openssl has no legacy provider here")
	}
	command := exec.CommandContext(t.Context(), "sh", "-ec", commands)
	command.Dir = folder
	said, err := command.CombinedOutput()
	require.NoError(t, err, "%s: %s", commands, said)
}

// commandOf is what a sentence names in parentheses.
func commandOf(t *testing.T, err error) string {
	t.Helper()
	text := err.Error()
	from, to := strings.LastIndex(text, "("), strings.LastIndex(text, ")")
	require.True(t, from >= 0 && to > from, text)
	return strings.ReplaceAll(text[from+1:to], ", then ", "\n")
}

const (
	makeEC  = "openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out ec.pem\n"
	makeRSA = "openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out rsa.pem\n"
	// makeCertificate takes ec.pem.
	makeCertificate = "openssl req -x509 -new -key ec.pem -subj /CN=okta.example.org -days 1 -out cert.pem\n"
)

// Each command that a sentence names makes a key of the file, by the programs of this machine.
func TestCommandsConvertKeys(t *testing.T) {
	for name, tc := range map[string]struct {
		make string // writes the file
		file string
		says string
		with string // what is added to the command, in the place of a passphrase that is entered
	}{
		"PKCS#8, encrypted":      {makeEC + "openssl pkcs8 -topk8 -in ec.pem -passout pass:word -out key.pem", "key.pem", "is encrypted", " -passin pass:word"},
		"PKCS#8, encrypted, DER": {makeEC + "openssl pkcs8 -topk8 -in ec.pem -passout pass:word -outform DER -out key.pem", "key.pem", "is encrypted", " -passin pass:word"},
		"PKCS#1, encrypted":      {makeRSA + "openssl rsa -in rsa.pem -traditional -aes256 -passout pass:word -out key.pem", "key.pem", "is encrypted", " -passin pass:word"},
		"SEC 1, encrypted":       {makeEC + "openssl ec -in ec.pem -aes256 -passout pass:word -out key.pem", "key.pem", "is encrypted", " -passin pass:word"},
		"PKCS#12":                {makeEC + makeCertificate + "openssl pkcs12 -export -inkey ec.pem -in cert.pem -passout pass:word -out okta.p12", "okta.p12", "is a PKCS#12 file", " -passin pass:word"},
		"PKCS#12, old":           {makeEC + makeCertificate + "openssl pkcs12 -export -legacy -inkey ec.pem -in cert.pem -passout pass:word -out okta.p12", "okta.p12", "is a PKCS#12 file of an old format", " -passin pass:word"},
		"PKCS#12, old, RC4":      {makeEC + makeCertificate + "openssl pkcs12 -export -legacy -keypbe PBE-SHA1-RC4-128 -certpbe PBE-SHA1-RC4-128 -inkey ec.pem -in cert.pem -passout pass:word -out okta.p12", "okta.p12", "is a PKCS#12 file of an old format", " -passin pass:word"},
		"PKCS#12, 3DES":          {makeEC + makeCertificate + "openssl pkcs12 -export -keypbe PBE-SHA1-3DES -certpbe PBE-SHA1-3DES -macalg sha1 -inkey ec.pem -in cert.pem -passout pass:word -out okta.p12", "okta.p12", "is a PKCS#12 file, which", " -passin pass:word"},
		"OpenSSH, read by all":   {`ssh-keygen -q -t rsa -b 2048 -N "" -f key` + "\nchmod 644 key", "key", "is in the format of OpenSSH", ""},
		"OpenSSH, RSA":           {`ssh-keygen -q -t rsa -b 2048 -N "" -f key`, "key", "is in the format of OpenSSH", ""},
		"OpenSSH, ECDSA":         {`ssh-keygen -q -t ecdsa -N "" -f key`, "key", "is in the format of OpenSSH", ""},
		"OpenSSH, encrypted":     {`ssh-keygen -q -t ecdsa -N "a word" -f key`, "key", "is in the format of OpenSSH", ` -P "a word"`},
		"OpenSSH, Ed25519":       {`ssh-keygen -q -t ed25519 -N "" -f key`, "key", "is a key of the type Ed25519", ""},
		"RSA-PSS":                {"openssl genpkey -algorithm RSA-PSS -pkeyopt rsa_keygen_bits:2048 -out key.pem", "key.pem", "is a key of the type RSA-PSS", ""},
		"RSA, 512 bits":          {"openssl genrsa -out key.pem 512", "key.pem", "is an RSA key of 512 bits", ""},
		"RSA, 1024 bits, PKCS#1": {"openssl genrsa -traditional -out key.pem 1024", "key.pem", "is an RSA key of 1024 bits", ""},
		"Ed25519":                {"openssl genpkey -algorithm ed25519 -out key.pem", "key.pem", "is a key of the type Ed25519", ""},
		"Ed448":                  {"openssl genpkey -algorithm ed448 -out key.pem", "key.pem", "is a key of the type Ed448", ""},
		"X25519":                 {"openssl genpkey -algorithm x25519 -out key.pem", "key.pem", "is a key of the type X25519", ""},
		"secp256k1":              {"openssl ecparam -name secp256k1 -genkey -noout -out key.pem", "key.pem", "is an EC key on the curve secp256k1", ""},
		"secp256k1, PKCS#8":      {"openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:secp256k1 -out key.pem", "key.pem", "is an EC key on the curve secp256k1", ""},
		"brainpool":              {"openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:brainpoolP256r1 -out key.pem", "key.pem", "is an EC key on the curve brainpoolP256r1", ""},
		"a curve without a name": {"openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:secp160r1 -out key.pem", "key.pem", "is an EC key with the object identifier 1.3.132.0.8", ""},
		"explicit curve, PKCS#8": {makeEC + "openssl pkey -in ec.pem -ec_param_enc explicit -out key.pem", "key.pem", "spells out the parameters of its curve", ""},
		"explicit curve, SEC 1":  {makeEC + "openssl ec -in ec.pem -param_enc explicit -out key.pem", "key.pem", "spells out the parameters of its curve", ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder := t.TempDir()
			shell(t, folder, tc.make)
			content, err := os.ReadFile(filepath.Join(folder, tc.file))
			require.NoError(t, err)
			_, err = Read(file, base64.StdEncoding.EncodeToString(content), "k")
			require.ErrorContains(t, err, tc.says, "also as base64")
			_, err = Read(file, string(content), "k")
			require.ErrorContains(t, err, tc.says)

			shell(t, folder, commandOf(t, err)+tc.with)
			content, err = os.ReadFile(filepath.Join(folder, "okta.pem"))
			require.NoError(t, err)
			_, err = Read(file, string(content), "k")
			require.NoError(t, err, "what the command makes is used")
		})
	}
}

// A keystore of Java takes two programs, and a passphrase for each of them.
func TestCommandsConvertKeystores(t *testing.T) {
	folder := t.TempDir()
	shell(t, folder, "keytool -genkeypair -keyalg RSA -keysize 2048 -storetype JKS -keystore okta.jks -storepass password -keypass password -dname CN=okta.example.org -alias okta")
	content, err := os.ReadFile(filepath.Join(folder, "okta.jks"))
	require.NoError(t, err)
	_, err = Read(value, base64.StdEncoding.EncodeToString(content), "k")
	require.ErrorContains(t, err, "is a Java keystore", "also as base64")
	_, err = Read(file, string(content), "k")
	require.ErrorContains(t, err, "is a Java keystore")

	commands := strings.Replace(commandOf(t, err), "PKCS12\n", "PKCS12 -srcstorepass password -deststorepass password\n", 1)
	shell(t, folder, commands+" -passin pass:password")
	content, err = os.ReadFile(filepath.Join(folder, "okta.pem"))
	require.NoError(t, err)
	_, err = Read(file, string(content), "k")
	require.NoError(t, err, "what the commands make is used")
}

// What the programs write is read as it is, or said what it is.
func TestFilesOfOpenSSL(t *testing.T) {
	for name, tc := range map[string]struct{ make, says string }{
		"EC with its parameters": {"openssl ecparam -name prime256v1 -genkey -out key", ""},
		"SEC 1, DER":             {makeEC + "openssl ec -in ec.pem -outform DER -out key", ""},
		"PKCS#1, DER":            {makeRSA + "openssl rsa -in rsa.pem -traditional -outform DER -out key", ""},
		"PKCS#8, DER":            {makeRSA + "openssl pkcs8 -topk8 -nocrypt -in rsa.pem -outform DER -out key", ""},
		"the key in PKCS#12":     {makeEC + makeCertificate + "openssl pkcs12 -export -inkey ec.pem -in cert.pem -passout pass:word -out p12\nopenssl pkcs12 -in p12 -nodes -passin pass:word -out key", ""},
		"a public key":           {makeEC + "openssl pkey -in ec.pem -pubout -out key", "is a public key"},
		"a public key, DER":      {makeEC + "openssl pkey -in ec.pem -pubout -outform DER -out key", "is a public key"},
		"a certificate":          {makeEC + makeCertificate + "cp cert.pem key", "is a certificate"},
		"a certificate, DER":     {makeEC + makeCertificate + "openssl x509 -in cert.pem -outform DER -out key", "is a certificate"},
		"a request":              {makeEC + "openssl req -new -key ec.pem -subj /CN=okta.example.org -out key", "is a certificate request"},
		"a request, DER":         {makeEC + "openssl req -new -key ec.pem -subj /CN=okta.example.org -outform DER -out key", "is a certificate request"},
		"PKCS#7":                 {makeEC + makeCertificate + "openssl crl2pkcs7 -nocrl -certfile cert.pem -outform DER -out key", "is a PKCS#7 file"},
		"OpenSSH, public":        {`ssh-keygen -q -t ecdsa -N "" -f pair` + "\ncp pair.pub key", "is a public key"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder := t.TempDir()
			shell(t, folder, tc.make)
			content, err := os.ReadFile(filepath.Join(folder, "key"))
			require.NoError(t, err)
			_, err = Read(file, string(content), "k")
			if tc.says == "" {
				require.NoError(t, err)
				return
			}
			assert.ErrorContains(t, err, tc.says)
		})
	}
}
