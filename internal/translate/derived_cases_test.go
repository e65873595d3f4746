// SPDX-License-Identifier: Apache-2.0

package translate

// derivedCase is an event's members and all that is derived from them.
type derivedCase struct {
	name, members string
	want          m
}

// debugged are the members of an event with this debug data.
func debugged(members string) string { return `"debugContext":{"debugData":{` + members + `}}` }

func results(pairs ...string) m {
	all := m{}
	for i := 0; i < len(pairs); i += 2 {
		all[pairs[i]] = pairs[i+1]
	}
	return all
}

var riskCases = []derivedCase{
	{"a Java map", debugged(`"risk":"{level=LOW}"`), m{"okta.risk.level": "LOW"}},
	{"a Java map with its name", debugged(`"risk":"Risk{level=MEDIUM}"`), m{"okta.risk.level": "MEDIUM"}},
	{
		"reasons first", debugged(`"risk":"{reasons=Anomalous Location, Anomalous Device, level=HIGH}"`),
		m{"okta.risk.level": "HIGH", "okta.risk.reasons": []any{"Anomalous Location", "Anomalous Device"}},
	},
	{
		"reasons last", debugged(`"risk":"{level=HIGH, reasons=Anomalous Location, Anomalous Device}"`),
		m{"okta.risk.level": "HIGH", "okta.risk.reasons": []any{"Anomalous Location", "Anomalous Device"}},
	},
	{
		"among others", debugged(`"risk":"{previousLevel=LOW, level=MEDIUM, detectionName=Session Influenced User Risk, reasons=idxA, issuer=OKTA}"`),
		m{"okta.risk.level": "MEDIUM", "okta.risk.reasons": []any{"idxA"}},
	},
	{"a Java list of reasons", debugged(`"risk":"{level=LOW, reasons=[a, b]}"`), m{"okta.risk.level": "LOW", "okta.risk.reasons": []any{"a", "b"}}},
	{"no reasons", debugged(`"risk":"{reasons=, level=LOW}"`), m{"okta.risk.level": "LOW"}},
	{"JSON text", debugged(`"risk":"{\"level\":\"HIGH\",\"reasons\":\"A, B\"}"`), m{"okta.risk.level": "HIGH", "okta.risk.reasons": []any{"A", "B"}}},
	{
		"security data as JSON text", debugged(`"logOnlySecurityData":"{\"risk\":{\"reasons\":\"Anomalous Device, Anomalous Location\",\"level\":\"HIGH\"}}"`),
		m{"okta.risk.level": "HIGH", "okta.risk.reasons": []any{"Anomalous Device", "Anomalous Location"}},
	},
	{
		"security data as an object", debugged(`"logOnlySecurityData":{"risk":{"level":"MEDIUM","reasons":" Anomalous Device"}}`),
		m{"okta.risk.level": "MEDIUM", "okta.risk.reasons": []any{"Anomalous Device"}},
	},
	{
		"Okta's own field", `"securityContext":{"risk":{"level":"LOW","reasons":["A","B"],"previousLevel":"HIGH"}}`,
		m{"okta.risk.level": "LOW", "okta.risk.reasons": []any{"A", "B"}},
	},
	{
		"the highest of several", `"securityContext":{"risk":{"level":"LOW","reasons":["A"]}},` + debugged(`"risk":"{level=HIGH}","logOnlySecurityData":{"risk":{"level":"HIGH","reasons":"B"}}`),
		m{"okta.risk.level": "HIGH", "okta.risk.reasons": []any{"B"}},
	},
	{"another level", debugged(`"risk":"{level=EXTREME, reasons=A}"`), m{}},
	{"a level in small letters", debugged(`"risk":"{level=high}"`), m{}},
	{"no braces", debugged(`"risk":"level=HIGH"`), m{}},
	{"a word", debugged(`"risk":"HIGH"`), m{}},
	{"reasons without a level", debugged(`"risk":"{reasons=A}"`), m{}},
	{"a number", debugged(`"risk":{"level":3}`), m{}},
	{"security data that is none", debugged(`"logOnlySecurityData":"{\"risk\":"`), m{}},
	{"nothing", debugged(`"risk":null,"behaviors":{},"logOnlySecurityData":""`), m{}},
}

var behaviorCases = []derivedCase{
	{
		"a Java map", debugged(`"behaviors":"{New Geo-Location=NEGATIVE, New Device=POSITIVE, New IP=POSITIVE, New State=UNKNOWN, New Country=BAD_REQUEST, Velocity=NEGATIVE}"`),
		m{
			"okta.behaviors": []any{"new_device", "new_ip"},
			"okta.behavior.results": results("new_geo_location", "NEGATIVE", "new_device", "POSITIVE", "new_ip", "POSITIVE", "new_state", "UNKNOWN",
				"new_country", "BAD_REQUEST", "velocity", "NEGATIVE"),
		},
	},
	{"none positive", debugged(`"behaviors":"{Velocity=NEGATIVE}"`), m{"okta.behavior.results": results("velocity", "NEGATIVE")}},
	{"a name with two words too many", debugged(`"behaviors":"{ Velocity Behavior=POSITIVE}"`), m{"okta.behaviors": []any{"velocity"}, "okta.behavior.results": results("velocity", "POSITIVE")}},
	{
		"two names of one", debugged(`"behaviors":"{Velocity Behavior=NEGATIVE, Velocity=POSITIVE}"`),
		m{"okta.behaviors": []any{"velocity"}, "okta.behavior.results": results("velocity", "POSITIVE")},
	},
	{
		"names with signs", debugged(`"behaviors":"{Office, home=POSITIVE, a=b=NEGATIVE, Ärger am Abend=UNKNOWN, NewCity=NEGATIVE}"`),
		m{
			"okta.behaviors":        []any{"office_home"},
			"okta.behavior.results": results("office_home", "POSITIVE", "a_b", "NEGATIVE", "ärger_am_abend", "UNKNOWN", "new_city", "NEGATIVE"),
		},
	},
	{
		"a list of texts", debugged(`"behaviors":["New Geo-Location=NEGATIVE","New Device=POSITIVE"," New City=POSITIVE"]`),
		m{"okta.behaviors": []any{"new_device", "new_city"}, "okta.behavior.results": results("new_geo_location", "NEGATIVE", "new_device", "POSITIVE", "new_city", "POSITIVE")},
	},
	{
		"an object of keys", debugged(`"behaviors":{"New Device=POSITIVE":null,"Velocity Behavior=UNKNOWN":null}`),
		m{"okta.behaviors": []any{"new_device"}, "okta.behavior.results": results("new_device", "POSITIVE", "velocity", "UNKNOWN")},
	},
	{
		"an object", debugged(`"behaviors":{"New Device":"POSITIVE","New IP":null}`),
		m{"okta.behaviors": []any{"new_device"}, "okta.behavior.results": results("new_device", "POSITIVE")},
	},
	{
		"JSON text", debugged(`"behaviors":"{\"New Device\":\"POSITIVE\"}"`),
		m{"okta.behaviors": []any{"new_device"}, "okta.behavior.results": results("new_device", "POSITIVE")},
	},
	{
		"security data as JSON text", debugged(`"logOnlySecurityData":"{\"behaviors\":{\" New Device\":\"POSITIVE\",\"New IP\":\"UNKNOWN\"}}"`),
		m{"okta.behaviors": []any{"new_device"}, "okta.behavior.results": results("new_device", "POSITIVE", "new_ip", "UNKNOWN")},
	},
	{
		"security data as an object", debugged(`"logOnlySecurityData":{"risk":{"level":"LOW"},"behaviors":{"New City":"POSITIVE"}}`),
		m{"okta.risk.level": "LOW", "okta.behaviors": []any{"new_city"}, "okta.behavior.results": results("new_city", "POSITIVE")},
	},
	{
		"Okta's own field", `"securityContext":{"userBehaviors":[{"id":"1","name":"New Device","result":"POSITIVE"},{"id":"2","name":null,"result":null}]}`,
		m{"okta.behaviors": []any{"new_device"}, "okta.behavior.results": results("new_device", "POSITIVE")},
	},
	{
		"several places", `"securityContext":{"userBehaviors":[{"name":"New Device","result":"NEGATIVE"}]},` + debugged(`"behaviors":"{New Device=POSITIVE, New IP=NEGATIVE}","logOnlySecurityData":{"behaviors":{"New IP":"UNKNOWN","New City":"POSITIVE"}}`),
		m{"okta.behaviors": []any{"new_device", "new_city"}, "okta.behavior.results": results("new_device", "POSITIVE", "new_ip", "NEGATIVE", "new_city", "POSITIVE")},
	},
	{"another result", debugged(`"behaviors":"{New Device=PERHAPS}"`), m{}},
	{"one that is none", debugged(`"behaviors":"{New Device=POSITIVE, New IP}"`), m{}},
	{"a sentence", debugged(`"behaviors":"New Device=POSITIVE"`), m{}},
	{"no name", debugged(`"behaviors":"{=POSITIVE}"`), m{}},
	{"no word in the name", debugged(`"behaviors":["-=POSITIVE"]`), m{}},
	{"nothing in braces", debugged(`"behaviors":"{}"`), m{}},
	{"a list with something else", debugged(`"behaviors":["New Device=POSITIVE",1]`), m{}},
	{"texts in place of objects", `"securityContext":{"userBehaviors":["Sign-in from Oslo"]}`, m{}},
}

var targetCases = []derivedCase{
	{
		"one of each kind", `"target":[
			{"id":"00u1","type":"User","alternateId":"a@b.example","displayName":"A B"},
			{"id":"0oa1","type":"AppInstance","alternateId":"AWS Production","displayName":"AWS IAM Identity Center"},
			{"id":"00g1","type":"UserGroup","alternateId":"unknown","displayName":"Everyone"},
			{"id":"cr01","type":"ROLE","alternateId":null,"displayName":"Help Desk"},
			{"id":"00p1","type":"PolicyEntity","alternateId":"unknown","displayName":"Default Policy"},
			{"id":"lae1","type":"AuthenticatorEnrollment","alternateId":"unknown","displayName":"Okta Verify"},
			{"id":"0ua1","type":"AppUser","alternateId":"a","displayName":"A"}]`,
		m{
			"okta.target_types":   []any{"User", "AppInstance", "UserGroup", "ROLE", "PolicyEntity", "AuthenticatorEnrollment", "AppUser"},
			"okta.target_user.id": "00u1", "okta.target_user.name": "a@b.example", "okta.target_user.full_name": "A B",
			"okta.target_app.id": "0oa1", "okta.target_app.label": "AWS Production", "okta.target_app.name": "AWS IAM Identity Center",
			"okta.target_group.id": "00g1", "okta.target_group.name": "Everyone",
			"okta.target_role.id": "cr01", "okta.target_role.name": "Help Desk",
			"okta.target_policy.id": "00p1", "okta.target_policy.name": "Default Policy",
			"okta.target_factor.id": "lae1", "okta.target_factor.name": "Okta Verify",
		},
	},
	{
		"several of a kind", `"target":[{"type":"User","id":"2"},{"type":"User","id":"1","displayName":"not the first"},{"type":"UserGroup","id":"3"}]`,
		m{"okta.target_types": []any{"User", "UserGroup"}, "okta.target_user.id": "2", "okta.target_user.count": int64(2), "okta.target_group.id": "3"},
	},
	{
		"several of each kind", `"target":[{"type":"AppInstance"},{"type":"AppInstance"},{"type":"Group"},{"type":"UserGroup"},{"type":"Role"},{"type":"CUSTOM_ROLE"},
			{"type":"Policy"},{"type":"PolicyEntity"},{"type":"Factor"},{"type":"Factor Enroll"},{"type":"Factor"}]`,
		m{
			"okta.target_types":     []any{"AppInstance", "Group", "UserGroup", "Role", "CUSTOM_ROLE", "Policy", "PolicyEntity", "Factor", "Factor Enroll"},
			"okta.target_app.count": int64(2), "okta.target_group.count": int64(2), "okta.target_role.count": int64(2),
			"okta.target_policy.count": int64(2), "okta.target_factor.count": int64(3),
		},
	},
	{"a user who is unknown", `"target":[{"id":"unknown","type":"User","alternateId":"Unknown","displayName":""}]`, m{"okta.target_types": []any{"User"}}},
	{"a type of nothing else", `"target":[{"id":"1","type":"LogStream","displayName":"L"}]`, m{"okta.target_types": []any{"LogStream"}}},
	{"no types", `"target":[{"id":"1"},{"type":""},{"type":7},{"type":null},"User",[],null]`, m{}},
	{"values of other types", `"target":[{"id":1,"type":"User","alternateId":["a"],"displayName":{"a":1}}]`, m{"okta.target_types": []any{"User"}}},
	{"an object in place of a list", `"target":{"id":"1","type":"User"}`, m{}},
	{"no targets", `"target":[]`, m{}},
}

var threatCases = []derivedCase{
	{"suspected", debugged(`"threatSuspected":"true"`), m{"okta.threat_suspected": true}},
	{"not suspected", debugged(`"threatSuspected":"false"`), m{"okta.threat_suspected": false}},
	{"as a boolean", debugged(`"threatSuspected":true`), m{"okta.threat_suspected": true}},
	{"perhaps", debugged(`"threatSuspected":"perhaps"`), m{}},
	{"detections", debugged(`"threatDetections":"{\"Login Failures\":\"MEDIUM\",\"Password Spray\":\"HIGH\"}"`), m{"okta.threat_detections": m{"Login Failures": "MEDIUM", "Password Spray": "HIGH"}}},
	{"detections as an object", debugged(`"threatDetections":{"Login Failures":"LOW"}`), m{"okta.threat_detections": m{"Login Failures": "LOW"}}},
	{"the same detection twice", debugged(`"threatDetections":"{\"a\":1,\"a\":\"LOW\"}"`), m{"okta.threat_detections": m{"a": "LOW"}}},
	{"detections that are none", debugged(`"threatDetections":"{\"a\":1}"`), m{}},
	{"no detections", debugged(`"threatDetections":"{}"`), m{}},
	{"detections in words", debugged(`"threatDetections":"Password Spray"`), m{}},
	{
		"tunnels", debugged(`"tunnels":"[{\"anonymous\":true,\"operator\":\"EXAMPLE_VPN\",\"type\":\"VPN\"}]"`),
		m{"okta.tunnels": []any{m{"anonymous": true, "operator": "EXAMPLE_VPN", "type": "VPN"}}, "okta.anonymizer": true},
	},
	{
		"a tunnel that hides nobody", debugged(`"tunnels":[{"anonymous":false,"operator":null}]`),
		m{"okta.tunnels": []any{m{"anonymous": false, "operator": nil}}},
	},
	{"tunnels that are none", debugged(`"tunnels":"[1]"`), m{}},
	{"no tunnels", debugged(`"tunnels":"[]"`), m{}},
	{"tunnels in words", debugged(`"tunnels":"VPN"`), m{}},
	{"a proxy", `"securityContext":{"isProxy":true}`, m{"okta.anonymizer": true}},
	{"no proxy", `"securityContext":{"isProxy":false}`, m{}},
	{"a proxy as text", `"securityContext":{"isProxy":"true"}`, m{}},
	{"an anonymous service", `"securityContext":{"ipDetails":{"ipServiceCategories":[{"type":"VPN","isAnonymous":false},{"type":"TOR","isAnonymous":true}]}}`, m{"okta.anonymizer": true}},
	{"services of another shape", `"securityContext":{"ipDetails":{"ipServiceCategories":{"isAnonymous":true}}}`, m{}},
}

var copyCases = []derivedCase{
	{
		"copies", debugged(`"grantType":"authorization_code","scopes":"a","requestedScopes":"openid, profile","grantedScopes":"openid","factor":"OKTA_VERIFY_PUSH",
			"privilegeGranted":"Super administrator, Read only admin","dtHash":"dc2b","deviceFingerprint":"541"`),
		m{
			"okta.grant_type": "authorization_code", "okta.scopes": "a", "okta.requested_scopes": "openid, profile", "okta.granted_scopes": "openid",
			"okta.factor": "OKTA_VERIFY_PUSH", "okta.privilege_granted": "Super administrator, Read only admin", "okta.dt_hash": "dc2b", "okta.device_fingerprint": "541",
		},
	},
	{"no copies", debugged(`"grantType":"unknown","factor":"","scopes":null,"dtHash":7,"privilegeGranted":["a"]`), m{}},
	{"a query", debugged(`"url":"/login/token/redirect?stateToken=02.id&a=b?c#d"`), m{"url.query": "stateToken=02.id&a=b?c"}},
	{"an empty query", debugged(`"url":"/api/internal/orgs?"`), m{}},
	{"no query", debugged(`"url":"/a#b?c"`), m{}},
	{"a category", `"eventType":"user.mfa.factor.update"`, m{"okta.category": "mfa"}},
	{"a category by the beginning", `"eventType":"user.mfa.brand.new"`, m{"okta.category": "mfa"}},
	{"no category", `"eventType":"brand.new"`, m{}},
	{"no event type", `"eventType":7`, m{}},
	{"in other places", `"risk":"{level=LOW}","debugData":{"risk":"{level=LOW}"},"debug_context":{"debugData":{"threatSuspected":"true"}},"targets":[{"type":"User"}]`, m{}},
	{"debug data as text", `"debugContext":{"debugData":"risk={level=LOW}"},"securityContext":"isProxy","target":"User"`, m{}},
}
