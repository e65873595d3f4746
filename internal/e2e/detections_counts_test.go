// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-okta/okta-systemlog-receiver/internal/scrape"
)

// totals adds up the series of each count of the detections.
func totals(metrics scrape.Metrics) map[string]float64 {
	sums := map[string]float64{}
	for name := range metrics {
		if strings.HasPrefix(name, "okta_detection_") {
			sums[name], _ = metrics.Sum(name, nil)
		}
	}
	return sums
}

// windowEvents makes events for every count, and as many that must not be counted.
type windowEvents struct {
	text strings.Builder
	made int
}

// add appends n events, published one after the other up to an age. members are JSON members, each after a comma; %d is
// the event's number.
func (w *windowEvents) add(n int, age time.Duration, eventType, members string) {
	for range n {
		w.made++
		published := time.Now().UTC().Add(-age).Format("2006-01-02T15:04:05.000Z")
		fmt.Fprintf(&w.text, `{"uuid":"%08d-0000-11f1-8000-000000000000","published":"%s","severity":"INFO","eventType":"%s"%s}`+"\n",
			w.made, published, eventType, strings.ReplaceAll(members, "%d", strconv.Itoa(w.made)))
	}
}

func TestWindowsAreCountedAsTheAlertRulesExpect(t *testing.T) {
	const (
		client  = `,"client":{"ipAddress":"192.0.2.44"}`
		failure = `,"outcome":{"result":"FAILURE","reason":"INVALID_CREDENTIALS"}` + client
		unsure  = `,"outcome":{"result":"FAILURE","reason":"VERIFICATION_ERROR"}` + client
		locked  = `,"outcome":{"result":"FAILURE","reason":"LOCKED_OUT"}` + client
		ada     = `,"actor":{"id":"00u1","type":"User","alternateId":"ada@example.org"}`
		nobody  = `,"actor":{"id":"unknown","type":"User","alternateId":"user%d@example.org"}`
		okta    = `,"actor":{"id":"sys","type":"SystemPrincipal","alternateId":"system@okta.com"}`
		bo      = `,"actor":{"id":"00u2","type":"User","alternateId":"bo@example.org"}`
		app     = `,"actor":{"id":"0oa1","type":"PublicClientApp","alternateId":"0oa1"}`
		toBo    = `,"target":[{"id":"00u2","type":"User","alternateId":"bo@example.org"}]`
		success = `,"outcome":{"result":"SUCCESS"}`
	)
	var w windowEvents
	w.add(25, 0, "user.session.start", failure+nobody) // 3 pages of 10, whose counts are added up
	w.add(12, 0, "user.session.start", failure+ada)
	w.add(2, 0, "user.session.start", unsure+ada)
	w.add(1, 0, "user.session.start", locked+ada)              // the password may have been right
	w.add(3, 5*time.Minute, "user.session.start", failure+ada) // persisted late
	w.add(7, time.Hour, "user.session.start", failure+ada)     // fetched late
	w.add(2, 0, "user.session.start", success+ada+`,"client":{"geographicalContext":{"country":"Norway"}}`)
	w.add(1, 0, "user.session.start", success+ada+`,"client":{"geographicalContext":{"country":"Brazil"}}`)
	w.add(4, 0, "system.push.send_factor_verify_push", success+okta+toBo)
	w.add(3, 0, "user.mfa.okta_verify.deny_push", bo+`,"outcome":{"result":"FAILURE","reason":"User rejected Okta push verify"}`)
	w.add(2, 0, "user.authentication.auth_via_mfa", failure+bo+`,"debugContext":{"debugData":{"factor":"OKTA_VERIFY_PUSH"}}`)
	w.add(3, 0, "user.authentication.auth_via_mfa", failure+ada+`,"debugContext":{"debugData":""}`)
	w.add(5, 0, "user.mfa.factor.reset_all", success+ada+toBo)
	w.add(6, 0, "user.account.reset_password", success+ada+toBo)
	w.add(2, 0, "user.account.reset_password", success+app+toBo)
	w.add(9, 0, "user.account.reset_password", success+okta+toBo)
	events := filepath.Join(t.TempDir(), "events.ndjson")
	require.NoError(t, os.WriteFile(events, []byte(w.text.String()), 0o600))

	p, url := startDetections(t, events)
	p.wait(t, w.made)
	expected := map[string]float64{
		"okta_detection_sign_in_failures_total":      25 + 12 + 2 + 3,
		"okta_detection_user_sign_in_failures_total": 12 + 2 + 1 + 3,
		"okta_detection_sign_in_countries_total":     3,
		"okta_detection_pushes_total":                4 + 3 + 2,
		"okta_detection_mfa_resets_total":            5,
		"okta_detection_password_resets_total":       6 + 2,
	}
	var metrics scrape.Metrics
	eventually(t, func() bool {
		var err error
		metrics, err = scrape.Get(t.Context(), url) // nobody answers while the collector starts
		return err == nil && assert.ObjectsAreEqual(expected, totals(metrics))
	}, patience, 100*time.Millisecond, "want %v", expected)
	for _, record := range p.read(t) {
		_, leaked := record.Attributes().Get("detection.user")
		assert.False(t, leaked, "what is set for counting stays out of the events")
	}

	pushes := map[string]float64{}
	for _, labels := range labelsOf(metrics, "okta_detection_pushes_total") {
		assert.Equal(t, "bo@example.org", labels["detection_user"])
		pushes[labels["okta_event_type"]], _ = metrics.Sum("okta_detection_pushes_total", labels)
	}
	assert.Equal(t, map[string]float64{
		"system.push.send_factor_verify_push": 4, "user.mfa.okta_verify.deny_push": 3, "user.authentication.auth_via_mfa": 2,
	}, pushes, "one push may be all three")
	for metric := range expected {
		for _, labels := range labelsOf(metrics, metric) {
			assert.Equal(t, "127.0.0.1", labels["okta_org_domain"], "the org's host: %s", metric)
		}
	}
	assert.InDelta(t, 25, len(labelsOf(metrics, "okta_detection_sign_in_failures_total")), 4, "many names are many series")
	rules, err := os.ReadFile(filepath.Join(root, "examples", "detections-alerts.yaml"))
	require.NoError(t, err)
	inRules := regexp.MustCompile(`okta_detection_[a-z_]+_total`).FindAllString(string(rules), -1)
	slices.Sort(inRules)
	assert.Equal(t, slices.Sorted(maps.Keys(expected)), slices.Compact(inRules), "the rules use every count and no other")
	// An alert's labels are those of the count that its recording rule is named after.
	alert := regexp.MustCompile(`by \(([a-z_, ]+)\) \(okta_detection:([a-z_]+):`)
	found := alert.FindAllStringSubmatch(string(rules), -1)
	require.Len(t, found, len(expected))
	for _, match := range found {
		for _, labels := range labelsOf(metrics, "okta_detection_"+match[2]+"_total") {
			for label := range strings.SplitSeq(match[1], ", ") {
				assert.Contains(t, labels, label, match[2])
			}
		}
	}
}

// labelsOf returns the labels of each series of a metric.
func labelsOf(metrics scrape.Metrics, metric string) (all []map[string]string) {
	for _, series := range metrics[metric].GetMetric() {
		labels := map[string]string{}
		for _, label := range series.GetLabel() {
			labels[label.GetName()] = label.GetValue()
		}
		all = append(all, labels)
	}
	return all
}
