// SPDX-License-Identifier: Apache-2.0

package e2e

import (
	"fmt"
	"maps"
	"net/http"
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
)

// sample is a line of Prometheus' text format.
type sample struct {
	metric string
	labels map[string]string
	value  float64
}

var (
	sampleLine  = regexp.MustCompile(`(?m)^([a-z_:]+)\{(.*)\} (\S+)$`)
	sampleLabel = regexp.MustCompile(`([a-z_]+)="([^"]*)"`)
)

// scrape returns the counts as Prometheus would get them; none while the collector starts.
func scrape(t *testing.T, url string) []sample {
	t.Helper()
	status, text := get(t, url)
	if status != http.StatusOK {
		return nil
	}
	var samples []sample
	for _, line := range sampleLine.FindAllStringSubmatch(text, -1) {
		value, err := strconv.ParseFloat(line[3], 64)
		require.NoError(t, err, line[0])
		s := sample{metric: line[1], labels: map[string]string{}, value: value}
		for _, label := range sampleLabel.FindAllStringSubmatch(line[2], -1) {
			s.labels[label[1]] = label[2]
		}
		samples = append(samples, s)
	}
	return samples
}

// totals adds up the samples of each metric.
func totals(samples []sample) map[string]float64 {
	sums := map[string]float64{}
	for _, s := range samples {
		if strings.HasPrefix(s.metric, "okta_detection_") {
			sums[s.metric] += s.value
		}
	}
	return sums
}

// windowEvents makes events for every count, and as many that must not be counted.
type windowEvents struct {
	text strings.Builder
	made int
}

// add appends n events, published one after the other up to an age. members are JSON members, each after a comma; %d is the event's number.
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
	var samples []sample
	require.Eventually(t, func() bool {
		samples = scrape(t, url)
		return assert.ObjectsAreEqual(expected, totals(samples))
	}, patience, 100*time.Millisecond, "want %v", expected)
	for _, record := range p.read(t) {
		_, leaked := record.Attributes().Get("detection.user")
		assert.False(t, leaked, "what is set for counting stays out of the events")
	}

	pushes := map[string]float64{}
	for _, s := range series(samples, "okta_detection_pushes_total") {
		assert.Equal(t, "bo@example.org", s.labels["detection_user"])
		pushes[s.labels["okta_event_type"]] = s.value
	}
	assert.Equal(t, map[string]float64{
		"system.push.send_factor_verify_push": 4, "user.mfa.okta_verify.deny_push": 3, "user.authentication.auth_via_mfa": 2,
	}, pushes, "one push may be all three")
	for metric := range expected {
		for _, s := range series(samples, metric) {
			assert.Equal(t, "127.0.0.1", s.labels["okta_org_domain"], "the org's host: %s", metric)
		}
	}
	assert.InDelta(t, 25, len(series(samples, "okta_detection_sign_in_failures_total")), 4, "many names are many series")
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
		for _, s := range series(samples, "okta_detection_"+match[2]+"_total") {
			for label := range strings.SplitSeq(match[1], ", ") {
				assert.Contains(t, s.labels, label, match[2])
			}
		}
	}
}

// series returns the samples of a metric.
func series(samples []sample, metric string) []sample {
	return slices.DeleteFunc(slices.Clone(samples), func(s sample) bool { return s.metric != metric })
}
