// SPDX-License-Identifier: Apache-2.0

//go:build linux

package main

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestVerdictGoesByWhatIsPrinted(t *testing.T) {
	for _, test := range []struct {
		figure figure
		want   string
	}{
		{figure{value: 1.7, decimals: 2, must: atMost(1.7)}, "reached"},
		{figure{value: 1.704, decimals: 2, must: atMost(1.7)}, "reached"},
		{figure{value: 1.706, decimals: 2, must: atMost(1.7)}, "missed"},
		{figure{value: 0.9, decimals: 3, must: atLeast(0.9)}, "reached"},
		{figure{value: 0.8994, decimals: 3, must: atLeast(0.9)}, "missed"},
		{figure{value: math.NaN(), must: atMost(1)}, "missed"},
		{figure{value: math.Inf(1), must: atMost(1)}, "missed"},
		{figure{value: 17}, ""},
	} {
		assert.Equal(t, test.want, test.figure.verdict(), "%v %v", test.figure.value, test.figure.must)
	}
}

func TestReportHasARowForEachFigureAndEndsWithALineForEachNamedOne(t *testing.T) {
	var text strings.Builder
	require.NoError(t, printFigures(&text, []figure{
		{what: "memory", value: 99.94, decimals: 1, unit: " MB", must: atMost(100), name: "peak-MB"},
		{what: "pages", value: 0.8, decimals: 3, must: atLeast(0.9), note: "too few", name: "pages"},
		{what: "something else", value: 12},
	}))
	assert.Equal(t, ""+
		"what            must reach               measured\n"+
		"memory          at most 100 MB  reached  99.9 MB\n"+
		"pages           at least 0.9    missed   0.800 (too few)\n"+
		"something else                           12\n"+
		"\npeak-MB 99.9\npages 0.800\n", text.String())
}

// limits are what each named figure must reach.
var limits = map[string]string{
	"end-to-end/json.Valid":         "at most 2.75 ×",
	"e2e-gzip/floor":                "at most 1.7 ×",
	"e2e-gzip/plain":                "at most 1.25 ×",
	"events-per-cpu-second":         "",
	"peak-MB-1M":                    "at most 150 MB",
	"peak-MB-1M-gzip":               "at most 100 MB",
	"peak-MB-100k":                  "at most 150 MB",
	"pages-per-api-latency":         "at least 0.9",
	"MB-per-idle-receiver":          "at most 1 MB",
	"goroutines-per-idle-receiver":  "at most 5",
	"idle-cpu-percent":              "at most 0.05 % of a core",
	"start-500-return-seconds":      "at most 5 s",
	"start-500-seconds":             "at most 25 s",
	"start-500-requests-per-second": "at most 50",
	"hook-median-ms":                "at most 105 ms",
	"hook-p99-ms":                   "at most 150 ms",
}

func TestFiguresHaveTheirValuesAndLimits(t *testing.T) {
	figures := results{
		plain: compared{
			perEvent: 20 * time.Microsecond, floor: 8 * time.Microsecond, ratio: 2.5,
			costs: []time.Duration{20, 40, 20},
		},
		zipped: compared{
			perEvent: 30 * time.Microsecond, floor: 8 * time.Microsecond, ratio: 3.75, rebuilt: 15 * time.Microsecond, overRebuilt: 2,
			costs: []time.Duration{30, 40, 26},
		},
		short: compared{peak: 110}, long: compared{peak: 120.25}, longZipped: compared{peak: 92.5},
		pages: 0.955, idleMB: 0.5, idleCount: 4, idleCPU: 0.0123,
		started:    started{ready: 6 * time.Second, lastAnswer: 21500 * time.Millisecond, requests: 1000, mostInASecond: 48},
		hookMedian: 104 * time.Millisecond, hookP99: 151500 * time.Microsecond,
	}.figures()
	named := map[string]string{}
	for _, f := range figures {
		if f.name != "" {
			named[f.name] = f.must.text(f.unit)
		}
	}
	assert.Equal(t, limits, named)
	var text strings.Builder
	require.NoError(t, printFigures(&text, figures))
	_, lines, found := strings.Cut(text.String(), "\n\n")
	require.True(t, found)
	assert.Equal(t, `end-to-end/json.Valid 2.50
e2e-gzip/floor 2.00
e2e-gzip/plain 1.30
events-per-cpu-second 50000
peak-MB-1M 120.2
peak-MB-1M-gzip 92.5
peak-MB-100k 110.0
pages-per-api-latency 0.955
MB-per-idle-receiver 0.500
goroutines-per-idle-receiver 4.00
idle-cpu-percent 0.0123
start-500-return-seconds 6.00
start-500-seconds 21.50
start-500-requests-per-second 48
hook-median-ms 104.0
hook-p99-ms 151.5
`, lines)
}

func TestMedianAndPercentile(t *testing.T) {
	assert.Equal(t, 3*time.Second, median([]time.Duration{9 * time.Second, time.Second, 3 * time.Second}))
	assert.Equal(t, 4*time.Second, median([]time.Duration{9 * time.Second, 5 * time.Second, 3 * time.Second, time.Second}))
	assert.InDelta(t, 2, median([]float64{2}), 0)
	var hundred []float64
	for i := range 200 {
		hundred = append(hundred, float64(199-i))
	}
	assert.InDelta(t, 198, percentile(hundred, 99), 0, "two of 200 are not below it")
	assert.InDelta(t, 199, percentile(hundred, 100), 0)
	assert.InDelta(t, 7, percentile([]float64{7}, 99), 0)
}

func TestMedianRatioIsOfWhatWasMeasuredInTurns(t *testing.T) {
	ratio := medianRatio([]time.Duration{12, 30, 110}, []time.Duration{10, 20, 100})
	assert.InDelta(t, 1.2, ratio, 1e-9)
}

func TestDrainsAreHeldAgainstTheFloorsAroundThem(t *testing.T) {
	var d drains
	d.add(20, floors{valid: 10, rebuilt: 16}, drained{memory: 90e6, file: 50e6})
	d.add(33, floors{valid: 11, rebuilt: 11}, drained{memory: 95e6, file: 60e6})
	d.add(50, floors{valid: 20, rebuilt: 20}, drained{memory: 80e6, file: 55e6})
	is := d.medians()
	assert.InDelta(t, 2.5, is.ratio, 0)
	assert.InDelta(t, 2.5, is.overRebuilt, 0)
	assert.InDelta(t, 90, is.peak, 0)
	assert.InDelta(t, 55, is.file, 0)
	assert.Equal(t, []time.Duration{20, 33, 50}, is.costs)
	assert.EqualValues(t, 33, is.perEvent)
}

func TestMostWithinCountsTheBusiestSecond(t *testing.T) {
	begin := time.Unix(1000, 0)
	for _, test := range []struct {
		milliseconds []int
		want         int
	}{
		{nil, 0},
		{[]int{5}, 1},
		{[]int{0, 1000, 2000}, 1},
		{[]int{0, 900, 1100, 1899, 1900, 5000}, 3},
		{[]int{0, 0, 0, 999}, 4},
	} {
		var times []time.Time
		for _, at := range test.milliseconds {
			times = append(times, begin.Add(time.Duration(at)*time.Millisecond))
		}
		assert.Equal(t, test.want, mostWithin(times, time.Second), fmt.Sprint(test.milliseconds))
	}
}

func TestShareOfCore(t *testing.T) {
	assert.InDelta(t, 0.05, shareOfCore(30*time.Millisecond, time.Minute), 1e-9)
}
