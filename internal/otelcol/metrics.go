// SPDX-License-Identifier: Apache-2.0

package otelcol

import (
	"encoding/json"
	"io"
)

// Point is one figure of a collector's metrics.
type Point struct {
	Metric     string
	Attributes map[string]string
	Value      float64 // 0 of a histogram
}

// MetricsReader reads metrics as a collector prints them with the console exporter of its telemetry.
type MetricsReader struct{ decoder *json.Decoder }

// NewMetricsReader returns a reader of what a collector prints.
func NewMetricsReader(printed io.Reader) *MetricsReader {
	return &MetricsReader{json.NewDecoder(printed)}
}

// Next returns all metrics that the collector has printed at one time. At the end the error is [io.EOF].
func (r *MetricsReader) Next() ([]Point, error) {
	var printed struct {
		ScopeMetrics []struct {
			Metrics []struct {
				Name string
				Data struct {
					DataPoints []struct {
						Attributes []struct {
							Key   string
							Value struct{ Value any }
						}
						Value float64
					}
				}
			}
		}
	}
	if err := r.decoder.Decode(&printed); err != nil {
		return nil, err
	}
	var points []Point
	for _, scope := range printed.ScopeMetrics {
		for _, metric := range scope.Metrics {
			for _, point := range metric.Data.DataPoints {
				p := Point{Metric: metric.Name, Attributes: map[string]string{}, Value: point.Value}
				for _, attribute := range point.Attributes {
					if text, ok := attribute.Value.Value.(string); ok {
						p.Attributes[attribute.Key] = text
					}
				}
				points = append(points, p)
			}
		}
	}
	return points, nil
}
