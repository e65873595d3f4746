// SPDX-License-Identifier: Apache-2.0

package privatekey

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"regexp"
	"strings"
	"unicode"

	"github.com/otel-okta/okta-systemlog-receiver/internal/secret"
)

// another is what to do about a key that Okta does not take.
const another = "create one that okta takes (openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out okta.pem), register its public half in the app, and use okta.pem"

func (r *reader) refuseType(name string) error {
	if !strings.Contains(name, " ") {
		name = "of the type " + name
	}
	return r.Errorf("is a key %s, and okta takes neither but RSA and EC: %s", name, another)
}

func (r *reader) refuseCurve(name string) error {
	if !strings.Contains(name, " ") {
		name = "on the curve " + name
	}
	return r.Errorf("is an EC key %s, and okta takes P-256, P-384 and P-521: %s", name, another)
}

// refuseEncrypted names the command. form is the option that tells openssl what it reads, "" for PEM.
func (r *reader) refuseEncrypted(form string) error {
	return r.Errorf("is encrypted, and nobody enters a passphrase when a collector starts: decrypt it (openssl pkey%s -in key.pem -out okta.pem), and use okta.pem, which only the collector should be able to read", form)
}

func (r *reader) refuseDamaged() error {
	return r.Errorf("is damaged, its lines don't decode to a key: copy the key again from where it was made, with all of its lines")
}

func (r *reader) refusePublicKey() error {
	return r.Errorf("is a public key: use the private one of the pair, which okta showed once, or which the public one was made of")
}

func (r *reader) refuseCertificate() error {
	return r.Errorf("is a certificate: use the private key that belongs to it")
}

func (r *reader) refuseRequest() error {
	return r.Errorf("is a certificate request: use the private key that it was made with")
}

// refusePublic says what is in PEM without a private key.
func (r *reader) refusePublic(blocks []block) error {
	kinds := map[string]bool{}
	for _, b := range blocks {
		kinds[b.kind] = true
	}
	switch last := blocks[len(blocks)-1].kind; {
	case kinds["CERTIFICATE REQUEST"] || kinds["NEW CERTIFICATE REQUEST"]:
		return r.refuseRequest()
	case strings.HasSuffix(last, "PUBLIC KEY"):
		return r.refusePublicKey()
	case kinds["CERTIFICATE"] || kinds["X509 CERTIFICATE"] || kinds["TRUSTED CERTIFICATE"]:
		return r.refuseCertificate()
	case last == "EC PARAMETERS":
		return r.Errorf("has the parameters of a curve and no key: copy the block EC PRIVATE KEY as well")
	default:
		return r.Errorf("has %.40q and no private key: use the private key of the app", last)
	}
}

// refuseOpenSSH names the command for a key of OpenSSH, where that helps (OpenSSH, PROTOCOL.key).
func (r *reader) refuseOpenSSH(der []byte) error {
	rest, isKey := bytes.CutPrefix(der, []byte("openssh-key-v1\x00"))
	if !isKey {
		return r.refuseDamaged()
	}
	var public []byte
	for range 3 { // cipher, derivation of the key from the passphrase, and its options
		_, rest = field(rest)
	}
	if len(rest) > 4 {
		public, _ = field(rest[4:])
	}
	kind, _ := field(public)
	switch name := sshTypes[string(kind)]; {
	case name != "":
		return r.refuseType(name)
	case strings.HasPrefix(string(kind), "sk-"):
		return r.refuseDevice()
	}
	// ssh-keygen takes no file that others can read.
	return r.Errorf(`is in the format of OpenSSH: convert a copy of it (install -m 600 key okta.pem, then ssh-keygen -p -N "" -m PEM -f okta.pem), and use okta.pem`)
}

func (r *reader) refuseDevice() error {
	return r.Errorf("is a key that stays in a security device: %s", another)
}

// refuseHidden names what is not ASCII where the lines of PEM would be read without it.
func (r *reader) refuseHidden(raw string) error {
	return r.Errorf("has %s, which no key in PEM has: take all of them out, or copy the key again from where it was made", hidden(raw))
}

// field is the first of the fields that OpenSSH writes with their length in front, and what follows it.
func field(data []byte) (first, rest []byte) {
	if len(data) < 4 {
		return nil, nil
	}
	n := uint64(binary.BigEndian.Uint32(data))
	if n > uint64(len(data)-4) {
		return nil, nil
	}
	return data[4 : 4+n], data[4+n:]
}

// sshTypes are the types of keys of SSH that Okta does not take.
var sshTypes = map[string]string{"ssh-ed25519": "Ed25519", "ssh-dss": "DSA", "ssh-ed448": "Ed448"}

var (
	sshPublic = regexp.MustCompile(`^(?:ssh-|ecdsa-sha2-|sk-)[\w@.-]+ AAAA`)
	otherDash = regexp.MustCompile(`[-‐-―−]{1,}\s*BEGIN [A-Z0-9 ]*PRIVATE KEY|^(?:RSA |EC |ENCRYPTED )?PRIVATE KEY-`)
	puttyType = regexp.MustCompile(`^PuTTY-User-Key-File-\d+:\s*([\w-]+)`)
	// named matches what gives a name a value that is a JWK or base64.
	named      = regexp.MustCompile(`^(?:(?:export|set|const|let|var)\s+)?["']?[A-Za-z_$][\w.$-]*["']?\s*(=|:)\s*["'` + "`" + `]?(?:(\{)|[A-Za-z0-9+/_-]{40,})`)
	yamlMember = regexp.MustCompile(`(?m)(?:^|[{,]\s*)["']?kty["']?\s*:`)
)

// refuse says what a text is that is neither PEM nor a JWK.
func (r *reader) refuse(raw, text string) error {
	const neither = "is neither PEM nor a JWK"
	switch {
	case sshPublic.MatchString(text), strings.HasPrefix(text, "---- BEGIN SSH2 PUBLIC KEY"):
		return r.refusePublicKey()
	case puttyType.MatchString(text) && sshTypes[puttyType.FindStringSubmatch(text)[1]] != "":
		return r.refuseType(sshTypes[puttyType.FindStringSubmatch(text)[1]])
	case strings.HasPrefix(text, "---- BEGIN SSH2"), strings.HasPrefix(text, "PuTTY-User-Key-File"):
		return r.Errorf("is in the format of another SSH program: export it with that program (puttygen key.ppk -O private-openssh -o okta.pem, then ssh-keygen -p -N \"\" -m PEM -f okta.pem), and use okta.pem")
	case hidden(raw) != "" && (cutMarker.MatchString(text) || markers.MatchString(onlyASCII(text))):
		return r.refuseHidden(raw)
	case cutMarker.MatchString(text) && encodedSpace.MatchString(text):
		return r.refuseMangled(text)
	case cutMarker.MatchString(text):
		return r.Errorf("is cut off in the line that begins with -----BEGIN or -----END: copy all of the key, with all of both lines")
	case otherDash.MatchString(text):
		return r.Errorf("has other dashes around BEGIN than the five hyphens of PEM, as a word processor makes of them: copy the key again from where it was made, not from a document or a chat")
	case named.MatchString(text) && (named.FindStringSubmatch(text)[2] != "" || !yamlMember.MatchString(text)):
		return r.refuseNamed(raw, text)
	case yamlMember.MatchString(text):
		return r.Errorf("is a JWK in YAML: write it as JSON, with quotation marks around all names and values")
	case secret.IsUnexpanded(text) && r.Path == "":
		return r.Errorf("is a variable that nothing has replaced with its value: write ${env:NAME} for the environment variable NAME")
	case secret.IsUnexpanded(text), secret.IsPlaceholder(text):
		return r.Errorf("is what stands in the place of a private key in an example or a template: %s", r.Instead("the key"))
	case secret.IsOktaToken(text):
		return r.Errorf("is an API token, and takes a private key: use %s for it, without oauth", r.Beside("api_token"))
	case secret.IsPath(text):
		return secret.PathInstead(r.Place, text, "a private key", "the key")
	case strings.HasPrefix(text, "<"):
		return r.Errorf("is a page of HTML or XML, and takes a private key: %s", r.Instead("the key, PEM or JWK"))
	case !strings.ContainsFunc(text, unicode.IsSpace) && len(text) <= 100:
		return r.Errorf("%s but a single word: use %s for the secret of an app, or %s", neither, r.Beside("oauth.client_secret"), r.Instead("the key, PEM or JWK"))
	}
	if names, _ := secret.Foreign(raw, text, func(c rune) bool { return c >= ' ' && c <= '~' || c == '\t' }); names != "" {
		return r.Errorf("%s, and has %s: %s", neither, names, r.Instead("the key as okta or openssl made it"))
	}
	return r.Errorf("%s: %s", neither, r.Instead("the key as okta or openssl made it, with the lines -----BEGIN and -----END"))
}

// refuseNamed says where the key begins in a line of an environment file, a program or YAML.
func (r *reader) refuseNamed(raw, text string) error {
	found := named.FindStringSubmatchIndex(text)
	sign, alone := "an equals sign", "the base64 alone, without quotes"
	if text[found[2]] == ':' {
		sign = "a colon"
	}
	if found[4] >= 0 {
		alone = "the JWK alone, from its first brace to its last"
	}
	at := secret.Position(raw, max(strings.Index(raw, text), 0)+found[2])
	return r.Errorf("is a line that gives a name a value, with %s at %s: %s", sign, at, r.Instead(alone))
}

// onlyASCII is a text without all that is not ASCII.
func onlyASCII(text string) string {
	return strings.Map(func(c rune) rune {
		if c > unicode.MaxASCII {
			return -1
		}
		return c
	}, text)
}

var (
	// shortened matches what programs write in the place of what they leave out or hide.
	shortened = regexp.MustCompile(`\.{3}|…|\*{3}|[•●]|(?i:redacted|snip)`)
	// encodedSpace matches line breaks, spaces and signs of base64 as URLs and web pages have them.
	encodedSpace = regexp.MustCompile(`(?i)%0[ad]|%2[0bf]|%3d|<br\b|&(?:#\d+|#x[0-9a-f]+|nbsp|lt|gt);`)
)

// mangled says what was done to the text of a key, in which taking signs out does not help; "" for nothing.
func mangled(text string) string {
	switch {
	case encodedSpace.MatchString(text):
		return "is encoded as in a URL or a web page"
	case shortened.MatchString(text):
		return "is shortened, a part of it was left out or hidden"
	}
	return ""
}

func (r *reader) refuseMangled(text string) error {
	return r.Errorf("%s: copy the key again from where it was made, with all of its lines", mangled(text))
}

// hidden names the characters of a text that are not ASCII.
func hidden(text string) string {
	names, _ := secret.Foreign(text, secret.Trim(text), func(c rune) bool { return c <= unicode.MaxASCII })
	return names
}

// listed are some texts in a sentence, with limits of ours.
func listed(texts []string) string {
	const most = 5
	var quoted []string
	for _, text := range texts[:min(most, len(texts))] {
		quoted = append(quoted, fmt.Sprintf("%.60q", text))
	}
	if len(texts) > most {
		quoted = append(quoted, fmt.Sprintf("%d more", len(texts)-most))
	}
	return strings.Join(quoted, ", ")
}
