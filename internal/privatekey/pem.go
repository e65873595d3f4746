// SPDX-License-Identifier: Apache-2.0

package privatekey

import (
	"regexp"
	"strings"
	"unicode"

	"github.com/otel-okta/okta-systemlog-receiver/internal/secret"
)

var (
	// markers matches the line before or behind a block of PEM, wherever it stands.
	markers = regexp.MustCompile(`-----(BEGIN|END) ([A-Z0-9 ]+)-----`)
	// cutMarker matches the beginning of such a line that is cut off.
	cutMarker = regexp.MustCompile(`-----(?:BEGIN|END)\b`)
	// escapedBreak matches a line break as strings of JSON, YAML, shells and environment files have it.
	escapedBreak = regexp.MustCompile(`\\+(?:r\\+n|[nrt]|\s)`)
	// pemHeader matches a header of PEM (RFC 1421).
	pemHeader = regexp.MustCompile(`(?m)^\s*[A-Za-z][A-Za-z-]*: .*$`)
)

// escapedSigns are signs of base64 as strings of JSON have them.
var escapedSigns = strings.NewReplacer(`\/`, `/`, `\u002b`, `+`, `\u002B`, `+`, `\u002f`, `/`, `\u002F`, `/`, `\u003d`, `=`, `\u003D`, `=`)

// block is one block of PEM. Its body is not decoded.
type block struct {
	kind, body string
}

// private reports whether the block is a private key of any kind.
func (b block) private() bool { return strings.HasSuffix(b.kind, "PRIVATE KEY") }

// encrypted reports whether it takes a passphrase to read the block.
func (b block) encrypted() bool {
	return strings.HasPrefix(b.kind, "ENCRYPTED") || strings.Contains(b.body, "Proc-Type") && strings.Contains(b.body, "ENCRYPTED")
}

// readPEM reads the one private key among the blocks of a text. openssl writes the parameters of the curve before an EC
// key, and some tools write certificates into the same file.
func (r *reader) readPEM(raw, text string) error {
	blocks, err := r.blocks(text)
	if _, cleaned := r.blocks(onlyASCII(text)); err != nil && cleaned == nil && hidden(raw) != "" {
		return r.refuseHidden(raw)
	}
	if err != nil {
		return err
	}
	var keys []block
	for _, b := range blocks {
		if b.private() {
			keys = append(keys, b)
		}
	}
	switch len(keys) {
	case 0:
		return r.refusePublic(blocks)
	case 1:
		return r.readBlock(raw, keys[0])
	}
	return r.Errorf("has %d private keys: keep the one whose public half the app in okta has", len(keys))
}

// blocks splits a text into its blocks. What stands between them is left out.
func (r *reader) blocks(text string) (blocks []block, err error) {
	text = escapedSigns.Replace(escapedBreak.ReplaceAllString(text, "\n"))
	found := markers.FindAllStringSubmatchIndex(text, -1)
	for i := 0; i < len(found); i += 2 {
		begin, kind := text[found[i][2]:found[i][3]], text[found[i][4]:found[i][5]]
		if begin == "END" {
			return nil, r.Errorf("has the line -----END %s----- without the line -----BEGIN %s----- before it: copy all of the key, with both of these lines", kind, kind)
		}
		if i+1 == len(found) || text[found[i+1][2]:found[i+1][3]] == "BEGIN" {
			return nil, r.Errorf("is cut off, it has no line -----END %s-----: copy all of the key, to the end of that line", kind)
		}
		if end := text[found[i+1][4]:found[i+1][5]]; end != kind {
			return nil, r.Errorf("begins with -----BEGIN %s----- and ends with -----END %s-----: copy the key again, with its own two lines", kind, end)
		}
		blocks = append(blocks, block{kind, text[found[i][1]:found[i+1][0]]})
	}
	return blocks, nil
}

// readBlock reads the block of a private key.
func (r *reader) readBlock(raw string, b block) error {
	if b.encrypted() {
		return r.refuseEncrypted("")
	}
	body := strings.Map(func(c rune) rune {
		if unicode.IsSpace(c) {
			return -1
		}
		return c
	}, pemHeader.ReplaceAllString(b.body, ""))
	if names, many := secret.Foreign(raw, body, func(c rune) bool { return c <= unicode.MaxASCII && !notBase64.MatchString(string(c)) || c == '=' }); names != "" {
		return r.refuseCharacters(raw, b.body, names, many)
	}
	der, err := decodeBase64(body)
	switch {
	case err != nil || len(der) == 0:
		return r.refuseDamaged()
	case b.kind == "OPENSSH PRIVATE KEY":
		return r.refuseOpenSSH(der)
	case foreignBlocks[b.kind] != "":
		return r.refuseType(foreignBlocks[b.kind])
	case strings.HasPrefix(b.kind, "TSS"):
		return r.refuseDevice()
	}
	err = r.readDER(der)
	if err != nil && b.kind != "PRIVATE KEY" && b.kind != "RSA PRIVATE KEY" && b.kind != "EC PRIVATE KEY" {
		return r.Errorf("is of the format %.40q, which is not read: %s", b.kind, another)
	}
	return err
}

// foreignBlocks are the types of keys that Okta does not take and that have blocks of their own.
var foreignBlocks = map[string]string{
	"DSA PRIVATE KEY": "DSA", "ED25519 PRIVATE KEY": "Ed25519", "ED448 PRIVATE KEY": "Ed448", "X25519 PRIVATE KEY": "X25519", "X448 PRIVATE KEY": "X448",
}

// refuseCharacters names what is in the base64 of a key and can't be, and says where, as long as the text is as it was
// written.
func (r *reader) refuseCharacters(raw, body, names string, many bool) error {
	if mangled(body) != "" {
		return r.refuseMangled(body)
	}
	if strings.Contains(raw, body) {
		allowed := func(c rune) bool {
			return c <= unicode.MaxASCII && !notBase64.MatchString(string(c)) || c == '=' || unicode.IsSpace(c)
		}
		names, many = secret.Foreign(raw, body, allowed)
	}
	them := "it"
	if many {
		them = "them"
	}
	return r.Errorf("has %s, which no key in PEM has: take %s out, or copy the key again from where it was made", names, them)
}
