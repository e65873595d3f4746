// SPDX-License-Identifier: Apache-2.0

package translate

import "strings"

// Attribute names that do not follow from the JSON path.
const (
	prefix         = "okta."
	attrParseError = prefix + "parse_error"
	attrReplay     = prefix + "replay"
)

// Names of attributes that are derived, beside those of targets. None of them is the beginning of another up to a dot,
// which Elasticsearch would refuse.
const (
	attrAnonymizer        = prefix + "anonymizer"
	attrBehaviorResults   = prefix + "behavior.results"
	attrBehaviors         = prefix + "behaviors"
	attrCategory          = prefix + "category"
	attrDeviceFingerprint = prefix + "device_fingerprint"
	attrDTHash            = prefix + "dt_hash"
	attrFactor            = prefix + "factor"
	attrGrantType         = prefix + "grant_type"
	attrGrantedScopes     = prefix + "granted_scopes"
	attrPrivilegeGranted  = prefix + "privilege_granted"
	attrRequestedScopes   = prefix + "requested_scopes"
	attrRiskLevel         = prefix + "risk.level"
	attrRiskReasons       = prefix + "risk.reasons"
	attrScopes            = prefix + "scopes"
	attrTargetTypes       = prefix + "target_types"
	attrThreatDetections  = prefix + "threat_detections"
	attrThreatSuspected   = prefix + "threat_suspected"
	attrTunnels           = prefix + "tunnels"
)

// snakeCase turns a JSON key into an attribute name's part: `osVersion` → `os_version`, `userID` → `user_id`,
// `OSVersion` → `os_version`, `x509Cert` → `x509_cert`. A word begins at an ASCII capital that follows a small letter
// or a digit, and at the last of several capitals when a small letter follows it. Everything else stays as it is:
// dots, spaces and the empty key too. So a key without an ASCII capital is its own snake_case, and the result never
// has one.
func snakeCase(key string) string {
	first := strings.IndexFunc(key, isUpper)
	if first < 0 {
		return key
	}
	var b strings.Builder
	b.Grow(len(key) + 4)
	b.WriteString(key[:first])
	for i := first; i < len(key); i++ {
		c := key[i]
		if !isUpper(rune(c)) {
			b.WriteByte(c)
			continue
		}
		if i > 0 && beginsWord(key, i) {
			b.WriteByte('_')
		}
		b.WriteByte(c + 'a' - 'A')
	}
	return b.String()
}

// beginsWord reports whether the capital at i, which is not the first character, begins a word.
func beginsWord(key string, i int) bool {
	before := rune(key[i-1])
	if isLower(before) || isDigit(before) {
		return true
	}
	return isUpper(before) && i+1 < len(key) && isLower(rune(key[i+1]))
}

func isUpper(r rune) bool { return 'A' <= r && r <= 'Z' }
func isLower(r rune) bool { return 'a' <= r && r <= 'z' }
func isDigit(r rune) bool { return '0' <= r && r <= '9' }
