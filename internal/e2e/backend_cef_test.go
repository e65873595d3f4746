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

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest"
)

// hostileEvent tries to end fields and lines, to add others, and to hide what escapes them.
const hostileEvent = `{"uuid":"0= src=198.51.100.1","published":"2026-11-21T09:00:00.123Z","severity":"WARN",
	"eventType":"user|session\\","displayMessage":"a|b=c\\d\\|e\r\nCEF:0|Okta|System Log|1|f\ng",
	"actor":{"id":"00u\\= suser=root","type":"User","alternateId":"eve\nact=allow"},
	"client":{"ipAddress":"192.0.2.44","userAgent":{"rawUserAgent":"Mozilla|5.0\\\r\n\r\nmsg=fine"}},
	"outcome":{"result":"FAILURE","reason":"wrong=yes|no\\"}}`

// hostileLine is that event in CEF: \ and | are escaped in the header, \ and = in the extension, and there are no line
// breaks.
const hostileLine = `CEF:0|Okta|System Log|1|user\|session\\|a\|b=c\\d\\\|e CEF:0\|Okta\|System Log\|1\|f g|6|` +
	`rt=1795251600123 externalId=0\= src\=198.51.100.1 suser=eve act\=allow suid=00u\\\= suser\=root src=192.0.2.44 outcome=FAILURE ` +
	`reason=wrong\=yes|no\\ requestClientApplication=Mozilla|5.0\\ msg\=fine`

func TestBackendCEFHoldsWhatEventsSay(t *testing.T) {
	org := startSimulatorHere(t)
	org.Append(oktatest.Event{JSON: []byte(hostileEvent)})
	written := filepath.Join(t.TempDir(), "records.json")
	pollerInto(t, written, "http://"+org.address, "syslog-cef", strings.NewReplacer("/var/lib/otelcol-okta", t.TempDir()))()
	var records []arrived
	eventually(t, func() bool {
		records = readRecords(t, written)
		return len(records) > 0
	}, patience, 50*time.Millisecond)
	require.Len(t, records, 1)
	assert.Equal(t, hostileLine, records[0].text("message"))
	assert.Regexp(t, cefLine, hostileLine)
	assert.Equal(t, "84", records[0].text("priority"))
}
