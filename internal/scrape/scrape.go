// SPDX-License-Identifier: Apache-2.0

package scrape

import (
	"context"
	"fmt"
	"io"
	"net/http"

	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
)

// Metrics are the metrics of one answer, by name. A histogram's name is the one without _bucket, _count or _sum.
type Metrics map[string]*dto.MetricFamily

// Get reads the metrics at a URL.
func Get(ctx context.Context, url string) (Metrics, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return nil, err
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return nil, fmt.Errorf("read the collector's metrics: %w", err)
	}
	defer response.Body.Close() //nolint:errcheck // read to its end
	if response.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("read the collector's metrics: %s", response.Status)
	}
	return Parse(response.Body)
}

// Parse reads metrics in Prometheus' text format.
func Parse(text io.Reader) (Metrics, error) {
	parser := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parser.TextToMetricFamilies(text)
	if err != nil {
		return nil, fmt.Errorf("read the collector's metrics: %w", err)
	}
	return families, nil
}

// Sum adds up the series of a metric that have all of the labels, and reports whether there are any. Of a histogram it
// counts the observations.
func (m Metrics) Sum(name string, labels map[string]string) (total float64, found bool) {
	for _, series := range m[name].GetMetric() {
		if has(series, labels) {
			total, found = total+valueOf(series), true
		}
	}
	return total, found
}

func has(series *dto.Metric, labels map[string]string) bool {
	matching := 0
	for _, label := range series.GetLabel() {
		if want, wanted := labels[label.GetName()]; wanted && label.GetValue() == want {
			matching++
		}
	}
	return matching == len(labels)
}

// valueOf returns what one series says; it is of one type only.
func valueOf(series *dto.Metric) float64 {
	return series.GetCounter().GetValue() + series.GetGauge().GetValue() + series.GetUntyped().GetValue() +
		float64(series.GetHistogram().GetSampleCount())
}
