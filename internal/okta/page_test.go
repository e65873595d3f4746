// SPDX-License-Identifier: Apache-2.0

package okta

import (
	"bytes"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest"
	"github.com/otel-okta/okta-systemlog-receiver/internal/oktatest/fault"
)

// A page that was not released keeps its events, whatever others do with theirs.
func TestReleasedPagesLeaveOthersAlone(t *testing.T) {
	org := orgWith(30, oktatest.Options{})
	client := clientOf(org)
	first, err := client.Page(t.Context(), Query{PageSize: 10}.Since(twoHoursAgo(org)))
	require.NoError(t, err)
	want := bytes.Join(first.Events, nil)
	for at := first.Next; ; {
		page, err := client.Page(t.Context(), at)
		require.NoError(t, err)
		if len(page.Events) == 0 {
			break
		}
		assert.NotEqual(t, want, bytes.Join(page.Events, nil))
		at = page.Next
		page.Release()
		page.Release()
		assert.Nil(t, page.Events)
	}
	assert.Equal(t, want, bytes.Join(first.Events, nil))
}

func TestRequestThatFailsTakesNoPageAway(t *testing.T) {
	org := orgWith(3, oktatest.Options{})
	client := clientOf(org)
	at := Query{PageSize: 10}.Since(twoHoursAgo(org))
	page, err := client.Page(t.Context(), at)
	require.NoError(t, err)
	want := bytes.Join(page.Events, nil)
	for range 3 {
		org.Inject(fault.InvalidJSON())
		_, err = client.Page(t.Context(), at)
		require.ErrorContains(t, err, "not a complete, valid JSON array")
	}
	assert.Equal(t, want, bytes.Join(page.Events, nil))
}
