// SPDX-License-Identifier: Apache-2.0

package translate

// derivedAttributes are the attributes that are derived.
func derivedAttributes() []Attribute {
	const debugData = "`debugContext.debugData."
	all := []Attribute{
		{attrCategory, Derived, typeText, "the [category](#categories-of-event-types) of `eventType`", Kept},
		{attrRiskLevel, Derived, typeText, "the highest of the levels `LOW`, `MEDIUM` and `HIGH` that `securityContext.risk`, " + debugData + "risk` and " + debugData + "logOnlySecurityData` state", Kept},
		{attrRiskReasons, Derived, typeTexts, "the reasons that stand beside that level", Dropped},
		{attrBehaviors, Derived, typeTexts, "the behaviors whose result is `POSITIVE`, in snake case: `New Geo-Location` is `new_geo_location`", Kept},
		{attrBehaviorResults, Derived, typeMap, "behaviors and their results, `POSITIVE`, `NEGATIVE`, `UNKNOWN` or `BAD_REQUEST`, of `securityContext.userBehaviors`, " + debugData + "behaviors` and " + debugData + "logOnlySecurityData`; of several results the first in this order", Dropped},
		{attrThreatSuspected, Derived, typeBool, debugData + "threatSuspected`", Kept},
		{attrThreatDetections, Derived, typeMap, debugData + "threatDetections`: what ThreatInsight found, with a level each", Dropped},
		{attrTunnels, Derived, typeMaps, debugData + "tunnels`", Dropped},
		{attrAnonymizer, Derived, typeBool, "`true` when a tunnel is anonymous, `securityContext.isProxy` is `true`, or one of `securityContext.ipDetails.ipServiceCategories` is anonymous", Kept},
		{attrGrantType, Derived, typeText, debugData + "grantType`", Dropped},
		{attrScopes, Derived, typeText, debugData + "scopes`", Dropped},
		{attrRequestedScopes, Derived, typeText, debugData + "requestedScopes`", Dropped},
		{attrGrantedScopes, Derived, typeText, debugData + "grantedScopes`", Dropped},
		{attrFactor, Derived, typeText, debugData + "factor`", Kept},
		{attrPrivilegeGranted, Derived, typeText, debugData + "privilegeGranted`", Dropped},
		{attrDTHash, Derived, typeText, debugData + "dtHash`: the same for events of one device", Dropped},
		{attrDeviceFingerprint, Derived, typeText, debugData + "deviceFingerprint`", Dropped},
		{"url.query", Derived, typeText, "the query of " + debugData + "url`. It can hold tokens, as its map does.", Dropped},
		{attrTargetTypes, Derived, typeTexts, "`target.type`, each once, at most 32", Kept},
	}
	for kind, about := range [targetKinds]struct{ types, alternate, display string }{
		targetUser:   {"`User`", "`alternateId`, the login,", "`displayName`"},
		targetApp:    {"`AppInstance`", "`alternateId`, the name that admins gave it,", "`displayName`, the name of the app"},
		targetGroup:  {"`UserGroup`", "", "`displayName`"},
		targetRole:   {"`ROLE`, `Role`, `CUSTOM_ROLE`", "", "`displayName`"},
		targetPolicy: {"`PolicyEntity`", "", "`displayName`"},
		targetFactor: {"`AuthenticatorEnrollment`, `Factor`", "", "`displayName`"},
	} {
		names, privacy := &targetNames[kind], Dropped
		if kind == targetUser {
			privacy = Pseudonym
		}
		of := " of the first target of the type " + about.types
		all = append(all, Attribute{names.id, Derived, typeText, "`id`" + of, privacy})
		if names.alternate != "" {
			all = append(all, Attribute{names.alternate, Derived, typeText, about.alternate + of, privacy})
		}
		all = append(all,
			Attribute{names.display, Derived, typeText, about.display + of, Dropped},
			Attribute{names.count, Derived, typeInt, "how many such targets there are, when there are several", Dropped})
	}
	return all
}
