// SPDX-License-Identifier: Apache-2.0

package translate

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.opentelemetry.io/collector/pdata/plog"
)

func TestDerived(t *testing.T) {
	for _, cases := range [][]derivedCase{riskCases, behaviorCases, targetCases, threatCases, copyCases} {
		for _, test := range cases {
			t.Run(test.name, func(t *testing.T) {
				event := []byte(`{` + uuidMember + `,` + test.members + `}`)
				plain, whole := plog.NewLogRecord(), plog.NewLogRecord()
				New(Options{WithoutDerived: true}).Record(event, observed, plain)
				New(Options{}).Record(event, observed, whole)
				derived := whole.Attributes().AsRaw()
				for name, value := range plain.Attributes().AsRaw() {
					assert.Equal(t, value, derived[name], "%s stays as it is", name)
					delete(derived, name)
				}
				assert.Equal(t, test.want, derived)
				requireFaithful(t, allModes(), event)
			})
		}
	}
}

// A field of Okta's that has the name of an attribute of ours keeps it where there is no such attribute, and gets a
// number where there is.
func TestFieldsThatHaveOurNames(t *testing.T) {
	fields := `"risk":{"level":"mine","other":1},"category":"mine","target_user":{"id":"mine"},"targetTypes":["mine"],"behaviors":["mine"],` +
		`"behavior":{"results":{"a":1}},"threatSuspected":"mine","dt_hash":"mine","anonymizer":{"a":"mine"},"risk.reasons":"mine"`
	kept := m{
		"okta.risk.level": "mine", "okta.risk.other": int64(1), "okta.category": "mine", "okta.target_user.id": "mine", "okta.target_types": []any{"mine"},
		"okta.behaviors": []any{"mine"}, "okta.behavior.results.a": int64(1), "okta.threat_suspected": "mine", "okta.dt_hash": "mine",
		"okta.anonymizer.a": "mine", "okta.risk.reasons": "mine",
	}
	assert.Equal(t, kept, attributesOf(fields))

	event := []byte(`{` + uuidMember + `,` + fields + `,"eventType":"user.session.start","target":[{"type":"User","id":"1"}],"debugContext":{"debugData":{` +
		`"risk":"{level=LOW, reasons=a}","behaviors":"{New Device=POSITIVE}","threatSuspected":"true","dtHash":"d"}}}`)
	record := plog.NewLogRecord()
	New(Options{}).Record(event, observed, record)
	got := record.Attributes().AsRaw()
	assert.Equal(t, record.Attributes().Len(), len(got), "no name twice")
	want := m{
		"okta.risk.level": "LOW", "okta.risk.level#2": "mine", "okta.risk.other": int64(1), "okta.risk.reasons": []any{"a"}, "okta.risk.reasons#2": "mine",
		"okta.category": "session", "okta.category#2": "mine", "okta.target_user.id": "1", "okta.target_user.id#2": "mine",
		"okta.target_types": []any{"User"}, "okta.target_types#2": []any{"mine"}, "okta.behaviors": []any{"new_device"}, "okta.behaviors#2": []any{"mine"},
		"okta.behavior.results": results("new_device", "POSITIVE"), "okta.behavior.results.a": int64(1), "okta.threat_suspected": true,
		"okta.threat_suspected#2": "mine", "okta.dt_hash": "d", "okta.dt_hash#2": "mine", "okta.anonymizer.a": "mine",
	}
	for name, value := range want {
		assert.Equal(t, value, got[name], name)
	}
	requireFaithful(t, allModes(), event)
}

// What is derived from one event is not in the next one, also where a key is new and fields are listed again.
func TestNothingIsDerivedTwice(t *testing.T) {
	translator := New(Options{})
	for i, cases := range [][]derivedCase{riskCases, behaviorCases, targetCases, threatCases, copyCases} {
		for k, test := range cases {
			requireFaithful(t, []*Translator{translator}, fmt.Appendf(nil, `{%s,%s,"new%d":{"key%d":1}}`, uuidMember, test.members, i, k))
			requireFaithful(t, []*Translator{translator}, []byte(`{`+uuidMember+`}`))
		}
	}
}

// One event does not choose how long it takes, nor how much is remembered of it.
func TestDerivedIsBounded(t *testing.T) {
	var names, types []string
	for i := range 5000 {
		names = append(names, fmt.Sprintf("Behavior %d=POSITIVE", i))
		types = append(types, fmt.Sprintf(`{"type":"Type %d"}`, i))
	}
	record, translator := plog.NewLogRecord(), New(Options{})
	translator.Record([]byte(`{`+uuidMember+`,`+debugged(`"behaviors":"{`+strings.Join(names, ", ")+`}","risk":"{a=`+strings.Repeat(", b", 1<<15)+`}"`)+
		`,"target":[`+strings.Join(types, ",")+`]}`), observed, record)
	got := record.Attributes().AsRaw()
	assert.NotContains(t, got, "okta.behaviors")
	assert.Len(t, got["okta.target_types"], maxTargetTypes)
	assert.LessOrEqual(t, len(translator.behaviorNames), maxBehaviorNames)

	for i := range 2000 {
		translator.Record(fmt.Appendf(nil, `{%s,%s}`, uuidMember, debugged(fmt.Sprintf(`"behaviors":"{Number %d=POSITIVE}"`, i))), observed, plog.NewLogRecord())
	}
	assert.Len(t, translator.behaviorNames, maxBehaviorNames)
	assert.Len(t, translator.behaviorTexts, maxBehaviorTexts)
	long, err := json.Marshal("[" + strings.TrimSuffix(strings.Repeat(`{"anonymous":true},`, maxInnerText/10), ",") + "]")
	require.NoError(t, err)
	record = plog.NewLogRecord()
	translator.Record([]byte(`{`+uuidMember+`,`+debugged(`"tunnels":`+string(long))+`}`), observed, record)
	_, derived := record.Attributes().Get("okta.tunnels")
	assert.False(t, derived, "longer than texts that are read")
	requireFaithful(t, []*Translator{New(Options{WithoutDerived: true})}, []byte(`{`+uuidMember+`,`+debugged(`"tunnels":`+string(long))+`}`))
}
