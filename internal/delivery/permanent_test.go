// SPDX-License-Identifier: Apache-2.0

package delivery

import (
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"go.opentelemetry.io/collector/consumer/consumererror"
	"go.opentelemetry.io/collector/pdata/plog"
	"go.uber.org/multierr"
)

func TestPermanentIsAnErrorAllOfWhoseBranchesAre(t *testing.T) {
	passing := errors.New("unavailable")
	forGood := consumererror.NewPermanent(errors.New("400 Bad Request"))
	for name, tc := range map[string]struct {
		err  error
		want bool
	}{
		"nil":                                {nil, false},
		"retryable":                          {passing, false},
		"permanent":                          {forGood, true},
		"wrapped permanent":                  {fmt.Errorf("exporter: %w", forGood), true},
		"permanent around a retryable one":   {consumererror.NewPermanent(consumererror.NewRetryableError(passing)), true},
		"permanent around a join":            {consumererror.NewPermanent(errors.Join(passing, passing)), true},
		"joined, all permanent":              {errors.Join(forGood, forGood), true},
		"joined, one retryable":              {errors.Join(forGood, passing), false},
		"multierr, all permanent":            {multierr.Combine(forGood, forGood), true},
		"multierr, the first retryable":      {multierr.Combine(passing, forGood), false},
		"multierr, the last retryable":       {multierr.Combine(forGood, passing), false},
		"join in a join":                     {errors.Join(forGood, errors.Join(forGood, passing)), false},
		"join in a join, all permanent":      {errors.Join(forGood, multierr.Combine(forGood, forGood)), true},
		"two verbs, one retryable":           {fmt.Errorf("%w and %w", forGood, passing), false},
		"with the records that were refused": {consumererror.NewLogs(forGood, plog.NewLogs()), true},
		"with records, joined":               {consumererror.NewLogs(errors.Join(forGood, passing), plog.NewLogs()), false},
		"downstream":                         {consumererror.NewDownstream(forGood), true},
		"an OTLP error alone is not marked":  {consumererror.NewOTLPHTTPError(passing, 400), false},
	} {
		assert.Equal(t, tc.want, isPermanent(tc.err), name)
	}
}
