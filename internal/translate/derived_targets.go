// SPDX-License-Identifier: Apache-2.0

package translate

import "github.com/otel-okta/okta-systemlog-receiver/internal/jsontape"

// targetKind is the names of the attributes of one kind of target. Of several of a kind the first one has them.
type targetKind struct {
	id, alternate, display string // "" for what has no attribute
	count                  string
}

// The kinds of target, with Okta's names for them in kindOfTarget.
const (
	targetUser = iota
	targetApp
	targetGroup
	targetRole
	targetPolicy
	targetFactor
	targetKinds
	noKind = -1
)

// alternateId is a login for users and the label for apps; of the others it says nothing.
var targetNames = [targetKinds]targetKind{
	targetUser:   {"okta.target_user.id", "okta.target_user.name", "okta.target_user.full_name", "okta.target_user.count"},
	targetApp:    {"okta.target_app.id", "okta.target_app.label", "okta.target_app.name", "okta.target_app.count"},
	targetGroup:  {"okta.target_group.id", "", "okta.target_group.name", "okta.target_group.count"},
	targetRole:   {"okta.target_role.id", "", "okta.target_role.name", "okta.target_role.count"},
	targetPolicy: {"okta.target_policy.id", "", "okta.target_policy.name", "okta.target_policy.count"},
	targetFactor: {"okta.target_factor.id", "", "okta.target_factor.name", "okta.target_factor.count"},
}

// kindOfTarget returns the kind for a type, or noKind. A user's account in an app (AppUser) is no user of the org,
// and a policy's rule no policy.
func kindOfTarget(targetType string) int {
	switch targetType {
	case "User":
		return targetUser
	case "AppInstance":
		return targetApp
	case "UserGroup", "Group":
		return targetGroup
	case "ROLE", "Role", "CUSTOM_ROLE", "CustomRole":
		return targetRole
	case "PolicyEntity", "Policy":
		return targetPolicy
	case "AuthenticatorEnrollment", "Factor", "Factor Enroll":
		return targetFactor
	default:
		return noKind
	}
}

// deriveTargets adds the first target of each kind, how many there are where there are several, and the types.
func (l *listing) deriveTargets() {
	var counts [targetKinds]int
	types := len(l.texts)
	for e, end := l.target+1, l.tape.Next(l.target); e < end; e = l.tape.Next(e) {
		if l.tape.Kind(e) != jsontape.Object {
			continue
		}
		t := l.readTarget(e)
		if t.targetType == "" {
			continue
		}
		l.addType(types, t.targetType)
		if kind := kindOfTarget(t.targetType); kind != noKind {
			if counts[kind]++; counts[kind] == 1 {
				l.addTarget(&targetNames[kind], t)
			}
		}
	}
	l.addTexts(attrTargetTypes, types, asTexts)
	for kind, n := range counts {
		if n > 1 {
			l.add(targetNames[kind].count, n, asCount)
		}
	}
}

// addType adds a type to those from first on, unless it is one of them or there are too many.
func (l *listing) addType(first int, targetType string) {
	for _, known := range l.texts[first:] {
		if known == targetType {
			return
		}
	}
	if len(l.texts)-first < maxTargetTypes {
		l.texts = append(l.texts, l.made.ofFreeForm(targetType))
	}
}

// target is the tokens of one target's members, 0 where there is none.
type target struct {
	targetType             string
	id, alternate, display int
}

func (l *listing) readTarget(object int) (t target) {
	for m, end := object+1, l.tape.Next(object); m < end; m = l.tape.Next(m) {
		if l.tape.Kind(m) != jsontape.String {
			continue
		}
		switch l.tape.Key(m) {
		case "type":
			t.targetType = l.tape.Text(m)
		case "id":
			t.id = m
		case "alternateId":
			t.alternate = m
		case "displayName":
			t.display = m
		}
	}
	return t
}

func (l *listing) addTarget(names *targetKind, t target) {
	if t.id > 0 {
		l.copyFact(t.id, names.id)
	}
	if t.alternate > 0 && names.alternate != "" {
		l.copyFact(t.alternate, names.alternate)
	}
	if t.display > 0 {
		l.copyFact(t.display, names.display)
	}
}
