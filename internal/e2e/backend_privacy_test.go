// SPDX-License-Identifier: Apache-2.0

//go:build backends

package e2e

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest"
)

// brokenEvents are full of personal data in places where it is not expected.
var brokenEvents = map[string]string{
	"no uuid": `{"eventType":"user.session.start","severity":"INFO","displayMessage":"Ada Berg signed in from Oslo",
		"actor":{"id":"00uAda","type":"User","alternateId":"ada.berg@example.org","displayName":"Ada Berg"},
		"client":{"ipAddress":"2001:db8::44","geographicalContext":{"city":"Oslo"}},"someday":{"name":"Ada Berg"}}`,
	"no object": `"Ada Berg, ada.berg@example.org, signed in to Oslo from 192.0.2.44"`,
	"other shapes": `{"uuid":"other-shapes","eventType":"user.session.start","severity":"INFO","displayMessage":"from ::ffff:192.0.2.44 by ada.berg@example.org",
		"actor":"Ada Berg","client":["2001:db8::44","Oslo"],"target":{"displayName":"Ada Berg","type":"User"},
		"authenticationContext":"session of Ada Berg","device":"Ada Berg's phone",
		"outcome":{"result":"FAILURE","reason":"2001:db8:0:0:0:0:0:44 is not where 2001:db8:7:: is, nor is ::1"}}`,
	// Complete events, with a person in each place where Okta puts text.
	"reason with a name": `{"uuid":"reason-name","published":"2026-11-21T10:00:00.000Z","eventType":"user.session.start","severity":"WARN","displayMessage":"User login to Okta by Ada Berg",
		"actor":{"id":"00uAda","type":"User","alternateId":"ada@localhost","displayName":"Ada Berg"},
		"outcome":{"result":"FAILURE","reason":"Ada Berg (CN=Ada Berg,OU=Staff,DC=example,DC=org) called from +47 22 12 34 56"}}`,
	"networks and places": `{"uuid":"networks","published":"2026-11-21T10:00:01.000Z","eventType":"user.session.start","severity":"INFO","displayMessage":"User login to Okta",
		"actor":{"id":"00uAda","type":"User","alternateId":"åda.bjørk@exämple.örg","displayName":"Åda Bjørk"},
		"securityContext":{"asNumber":41164,"asOrg":"berg family network","isp":"Berg Telecom","domain":"home.ada-berg.example","isProxy":false,
			"ipDetails":{"isp":"Berg Telecom","domain":"home.ada-berg.example","asOrg":"berg family network"},
			"userBehaviors":["Sign-in of Ada Berg from Oslo"],"risk":{"level":"HIGH","reasons":"Oslo is new for Ada Berg"}},
		"authenticationContext":{"authenticationStep":0,"externalSessionId":"idxAda","issuer":{"id":"Ada Berg","type":"OIDC"},"interface":"Ada's laptop"},
		"transaction":{"id":"trans1","type":"WEB","detail":{"requestApiTokenId":"Ada Berg"}},"legacyEventType":"login by ada.berg@example.org",
		"target":[{"id":"00uAda","type":"User","alternateId":"ada.berg@example.org","displayName":"Ada Berg"}],"outcome":{"result":"SUCCESS","reason":"MFA_VERIFIED"}}`,
	"codes that are none": `{"uuid":"codes","published":"2026-11-21T10:00:02.000Z","eventType":"Ada Berg signed in","severity":"INFO","displayMessage":"x",
		"actor":{"id":"00uAda","type":"User","alternateId":"x","displayName":"x"},"outcome":{"result":"Ada Berg","reason":"ada.berg@example.org"}}`,
	"facts that name a person": `{"uuid":"facts","published":"2026-11-21T10:00:03.000Z","eventType":"user.session.start","severity":"INFO","displayMessage":"x",
		"actor":{"id":"00uAda","type":"User","alternateId":"x","displayName":"x"},
		"securityContext":{"userBehaviors":[{"id":"1","name":"Office of Ada Berg","result":"POSITIVE"}],"risk":{"level":"HIGH","reasons":["Oslo is new for Ada Berg"]}},
		"debugContext":{"debugData":{"url":"/login?user=ada.berg@example.org","factor":"Ada Berg's phone","privilegeGranted":"Admin of Ada Berg",
			"deviceFingerprint":"Ada","dtHash":"Ada","scopes":"Ada","tunnels":"[{\"anonymous\":true,\"operator\":\"Berg Telecom\"}]"}},
		"target":[{"id":"00uAda","type":"User","alternateId":"ada.berg@example.org","displayName":"Ada Berg"},
			{"id":"00gAda","type":"UserGroup","displayName":"Family of Ada Berg"},{"id":"0oaAda","type":"AppInstance","alternateId":"Ada's app","displayName":"Ada"}]}`,
	"names of facts": `{"uuid":"names-of-facts","published":"2026-11-21T10:00:04.000Z","severity":"INFO","category":"Ada Berg","risk":{"level":"Ada Berg"},
		"behaviors":"Ada Berg","threatSuspected":"Ada Berg","anonymizer":"Ada Berg","factor":"Ada Berg","targetTypes":"Ada Berg",
		"targetUser":{"id":"Ada Berg","name":"ada.berg@example.org","fullName":"Ada Berg"}}`,
	"persons as objects": `{"uuid":"persons-as-objects","eventType":"user.session.start","severity":"INFO",
		"actor":{"id":{"given":"Ada","family":"Berg"},"type":"User","alternateId":["ada.berg@example.org"],"displayName":{"text":"Ada Berg"}}}`,
}

// personal is what must not be found of them.
var personal = []string{
	"Ada", "ada", "Berg", "berg", "Åda", "åda", "Bjørk", "Oslo", "+47", "OU=Staff", "41164", "192.0.2.44", "2001:db8", "::1", "::44",
}

func TestBackendBrokenEventsTellOfNobody(t *testing.T) {
	for name, arrive := range map[string]func(folder string, far *farCollector) string{
		"privacy": func(_ string, far *farCollector) string { return far.records },
		"hot-and-archive": func(folder string, _ *farCollector) string {
			return filepath.Join(folder, "archive/okta-systemlog.json")
		},
	} {
		t.Run(name, func(t *testing.T) {
			org, folder, far := startSimulatorHere(t), t.TempDir(), startFarCollector(t)
			for _, event := range brokenEvents {
				org.Append(oktatest.Event{JSON: []byte(event)})
			}
			pollerOf(t, "http://"+org.address, name, strings.NewReplacer(
				"/var/lib/otelcol-okta", folder, "localhost:4317", far.grpc, "localhost:9428", freeAddress(t)))()
			var records []arrived
			eventually(t, func() bool {
				records = readRecords(t, arrive(folder, far))
				return len(records) >= len(brokenEvents)
			}, patience, 100*time.Millisecond)
			require.Len(t, records, len(brokenEvents))
			errors := map[string]int{}
			for _, record := range records {
				text := allOf(t, record)
				for _, data := range personal {
					assert.NotContains(t, text, data)
				}
				errors[record.text("okta.parse_error")]++
			}
			assert.Equal(t, map[string]int{"no uuid": 1, "not an object": 1, "": 7}, errors)
		})
	}
}

// allOf returns all that a record says, as text.
func allOf(t *testing.T, record arrived) string {
	t.Helper()
	logs := plog.NewLogs()
	record.CopyTo(logs.ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords().AppendEmpty())
	text, err := (&plog.JSONMarshaler{}).MarshalLogs(logs)
	require.NoError(t, err)
	return string(text)
}
