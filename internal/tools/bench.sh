#!/usr/bin/env bash
# Measures the conversion of a page of events, from the bytes of the response to log records, beside
# encoding/json.Valid on the same bytes, beside pdata making the same records out of values that are there, and
# beside the conversion without derived attributes. Prints benchstat's table, then the figures that count, from the
# medians of this run, each with what it must reach, and ends with a line of name and value for each.
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
  # Each figure has one row, and one line with its name at the end. What it is rounded to is what counts, so that a
  # row never contradicts itself.
  function figure(what, name, value, limit) {
    value = sprintf("%.2f", value)
    printf "%-58s %8s %10s  %s\n", what, value, "<= " limit, value + 0 <= limit + 0 ? "reached" : "missed"
    lines = lines name " " value "\n"
  }
  END {
    events = median("conversion", "events/op")
    printf "\n%-58s %8s %10s\n", "response bytes to plog.Logs", "measured", "must reach"
    figure("time, as a multiple of encoding/json.Valid", "conversion/json.Valid",
      median("conversion", "ns/op") / median("json.Valid", "ns/op"), "2.0")
    figure("time, as a multiple of pdata alone", "conversion/pdata",
      median("conversion", "ns/op") / median("pdata", "ns/op"), "1.45")
    figure("bytes allocated, as a multiple of pdata alone", "alloc-bytes/pdata",
      median("conversion", "B/op") / median("pdata", "B/op"), "1.15")
    figure("allocations per event more than pdata alone", "allocs-over-pdata-per-event",
      (median("conversion", "allocs/op") - median("pdata", "allocs/op")) / events, "5")
    figure("the share of that time that goes into derived attributes", "derived/conversion", median("derived", "share"), "0.10")
    printf "\n%s", lines
  }' "$out/page.txt" "$out/derived.txt"
