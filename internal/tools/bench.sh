#!/usr/bin/env bash
# Measures the conversion of a page of events, from the bytes of the response to log records, beside
# encoding/json.Valid on the same bytes, beside pdata making the same records out of constants, and beside the
# conversion without derived attributes.
# Prints benchstat's table and ends with the figures that count, from the medians of this run.
#
# One processor, so that garbage collection counts in full. The ways take turns, so that they share
# whatever else the machine does. ROUNDS sets how often, 10 unless it is set.
set -euo pipefail
cd "$(dirname "$0")/../.."

out=_build/bench
mkdir -p "$out"
go test -c -o "$out/delivery.test" ./internal/delivery
for _ in $(seq "${ROUNDS:-10}"); do
  "$out/delivery.test" -test.run '^$' -test.bench '^BenchmarkPage$' -test.cpu 1 -test.benchtime 0.3s -test.count 2
done >"$out/page.txt"
"$out/delivery.test" -test.run '^$' -test.bench '^BenchmarkDerived$' -test.cpu 1 -test.benchtime 100x -test.count 3 >"$out/derived.txt"
go tool -modfile=internal/tools/go.mod benchstat -col /way -filter ".unit:(sec/op OR B/op OR allocs/op)" "$out/page.txt"

awk '
  # A line is a name, a count, and pairs of value and unit.
  /^BenchmarkPage\// {
    way = $1; sub(/.*way=/, "", way); n[way]++
    for (i = 3; i < NF; i += 2) value[way, $(i + 1), n[way]] = $i
  }
  /^BenchmarkDerived/ { n["derived"]++; value["derived", "share", n["derived"]] = $(NF - 1) }
  function median(way, unit,    i, j, v, swap) {
    for (i = 1; i <= n[way]; i++) {
      v[i] = value[way, unit, i]
      for (j = i; j > 1 && v[j] < v[j - 1]; j--) { swap = v[j]; v[j] = v[j - 1]; v[j - 1] = swap }
    }
    return (v[int((n[way] + 1) / 2)] + v[int(n[way] / 2) + 1]) / 2
  }
  END {
    time = median("conversion", "ns/op") / median("json.Valid", "ns/op")
    events = median("conversion", "events/op")
    allocs = (median("conversion", "allocs/op") - median("pdata", "allocs/op")) / events
    derived = median("derived", "share")
    printf "\n%-64s %8s %10s\n", "response bytes to plog.Logs", "measured", "must reach"
    printf "%-64s %8.2f %10s\n", "time, as a multiple of encoding/json.Valid", time, "<= 2.0"
    printf "%-64s %8.2f %10s\n", "allocations per event more than pdata alone", allocs, "<= 5"
    printf "%-64s %8.2f %10s\n\n", "the share of that time that goes into derived attributes", derived, "<= 0.10"
    printf "conversion/json.Valid %.2f\n", time
    printf "allocs-over-pdata-per-event %.2f\n", allocs
    printf "derived/conversion %.2f\n", derived
  }' "$out/page.txt" "$out/derived.txt"
