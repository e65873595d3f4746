// SPDX-License-Identifier: Apache-2.0

package translatetest

import (
	"go.opentelemetry.io/collector/pdata/pcommon"
	"go.opentelemetry.io/collector/pdata/plog"
)

// Rebuild makes records like the given ones by pdata's plain calls, each map and slice in its right size: the values
// are there already, so that this is what pdata itself costs.
func Rebuild(like plog.LogRecordSlice) plog.LogRecordSlice {
	made := plog.NewLogs().ResourceLogs().AppendEmpty().ScopeLogs().AppendEmpty().LogRecords()
	made.EnsureCapacity(like.Len())
	for i := range like.Len() {
		from, to := like.At(i), made.AppendEmpty()
		to.SetTimestamp(from.Timestamp())
		to.SetObservedTimestamp(from.ObservedTimestamp())
		to.SetSeverityNumber(from.SeverityNumber())
		to.SetSeverityText(from.SeverityText())
		to.SetEventName(from.EventName())
		rebuildValue(from.Body(), to.Body())
		rebuildMap(from.Attributes(), to.Attributes())
	}
	return made
}

func rebuildMap(from, to pcommon.Map) {
	to.EnsureCapacity(from.Len())
	for name, value := range from.All() {
		rebuildValue(value, to.PutEmpty(name))
	}
}

func rebuildValue(from, to pcommon.Value) {
	switch from.Type() {
	case pcommon.ValueTypeStr:
		to.SetStr(from.Str())
	case pcommon.ValueTypeInt:
		to.SetInt(from.Int())
	case pcommon.ValueTypeDouble:
		to.SetDouble(from.Double())
	case pcommon.ValueTypeBool:
		to.SetBool(from.Bool())
	case pcommon.ValueTypeSlice:
		slice := to.SetEmptySlice()
		slice.EnsureCapacity(from.Slice().Len())
		for i := range from.Slice().Len() {
			rebuildValue(from.Slice().At(i), slice.AppendEmpty())
		}
	case pcommon.ValueTypeMap:
		rebuildMap(from.Map(), to.SetEmptyMap())
	default: // nothing to set
	}
}
