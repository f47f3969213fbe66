package xla

import (
	"fmt"
	"math"
	"runtime"
	"strings"

	"example.org/isinggraph/internal/xla/sweep"
)

// Where paths part. Each was chosen by measuring both sides of it.
const (
	// lookupUpdates is the number of spin updates up to which a job whose parameters are
	// those of the job before runs in plain Go by tables: XLA would spend most of its
	// time on being called. The tables' exponentials are XLA's, so that no spin depends
	// on the way taken.
	lookupUpdates = 1 << 15
	// maxLevels is the largest degree for which probabilities are looked up by the number
	// of up neighbours: levels where all nodes have one degree, cuts where all slots
	// together are as many.
	maxLevels = 8
	// cutsPlane is the least number of words of a row, and cutsLanes of lanes, for which
	// a program of its own for the table of cuts pays.
	cutsPlane, cutsLanes = 1 << 12, 4
	// threadedSlots is the number of slots of words whose sums XLA shares out over
	// threads, which only costs time where other groups keep the processors busy.
	threadedSlots = 1 << 16
	// A call to XLA takes rows of bytesPerCall together, and a second processor groupRows
	// rows at least. One row in spareRows may be computed in vain to spare a program.
	bytesPerCall = 1 << 16
	groupRows    = 2
	spareRows    = 8
	// A job's sweeps run in pieces of about updatesPerPiece spin updates; a sweep counts
	// as leastUpdates at least, for what an iteration costs on the smallest graphs.
	updatesPerPiece = 1 << 27
	leastUpdates    = 1 << 12
)

// plan says how a job runs: by a table in plain Go, or compiled, in groups of rows.
type plan struct {
	lookup  bool // by a table in plain Go
	lanes   int
	rows    int
	groups  []int      // the first row of each, and the number of rows
	atOnce  int        // groups that run at once, each on a device of its own
	devices int        // over which each group is sharded
	program sweep.Spec // of groups of several rows
	columns bool       // such groups have a node's words side by side
	job     *Job
	sampler *Sampler
}

// plan decides how a job runs.
func (s *Sampler) plan(o *Job) *plan {
	p := &plan{job: o, sampler: s, devices: s.engine.Devices}
	if o.Chains*o.Sweeps*s.graph.NumNodes() <= lookupUpdates && o.FitsLookup(s.graph, s.layout) && s.inputs.areOf(o) {
		p.lookup = true
		return p
	}
	p.lanes, p.rows = s.layout.lanes(o.Chains, s.engine.Devices)
	p.groups = s.groups(p.rows, p.lanes)
	n := len(p.groups) - 1
	p.atOnce = min(n, s.engine.atOnce())
	p.program = p.spec(p.atOnce > 1)
	p.columns = s.engine.Accelerator && !s.layout.lattice.On()
	return p
}

// spec is the program of the job's groups, but for columns; others tells whether groups
// run beside others.
func (p *plan) spec(others bool) sweep.Spec {
	o, l := p.job, p.sampler.layout
	spec := sweep.Spec{
		Lanes: p.lanes, Metropolis: o.Metropolis,
		Weighted: o.J.Each != nil && !l.lattice.On(),
		Masked:   l.ragged() || o.Energy != nil || len(o.Clamp) > 0,
		Trace:    o.Energy != nil, Counts: o.Mean != nil, Hubs: len(l.hubs), Lattice: l.lattice,
	}
	switch {
	case p.lanes >= cutsLanes && l.plane >= cutsPlane && o.alike() && l.reach() <= maxLevels && !l.lattice.On():
		spec.Cuts = true
	case !o.Metropolis && o.J.Each == nil && len(o.H) == 0: // zeros are an H: a learner that begins with them needs no other program later
		spec.Levels = p.sampler.regular
	}
	spec.Serial = others && p.lanes > 1 && l.block*l.slots >= threadedSlots && !l.lattice.On() &&
		!spec.Weighted && !spec.Trace && spec.Hubs == 0
	return spec
}

// Plan says in a line how a job would run next.
func (s *Sampler) Plan(o *Job) string { return s.plan(o).String() }

// of is the program of a group of some rows.
func (p *plan) of(rows int) sweep.Spec {
	spec := p.program
	if p.columns && rows > 1 {
		spec.Columns, spec.Serial = true, false
	}
	return spec
}

// groups splits the rows of a job: a row each on large graphs, and as many groups as
// processors, each of groupRows rows at least, on small ones. On an accelerator, and on
// several devices, all rows that positions can number are one group. Groups have one
// size, and so one program, where the rows beyond the last are few.
func (s *Sampler) groups(rows, lanes int) []int {
	var n int
	if d := s.engine.Devices; s.engine.Accelerator || d > 1 {
		most := d * max(1, math.MaxInt32/s.layout.plane)
		n = (rows + most - 1) / most
	} else {
		per := max(1, bytesPerCall/(s.layout.plane*lanes))
		n = max((rows+per-1)/per, min(runtime.GOMAXPROCS(0), rows/groupRows), 1)
	}
	first := func(k int) int { return k * rows / n }
	each := (rows + n - 1) / n
	if even := (rows + each - 1) / each; even*each-rows <= rows/spareRows {
		n, first = even, func(k int) int { return k * each }
	}
	bounds := make([]int, n+1)
	for k := range bounds {
		bounds[k] = first(k)
	}
	return bounds
}

// piece is the number of sweeps of a group of some rows that run in one call. Padding
// counts, which is most of the smallest graphs.
func (p *plan) piece(rows int) int {
	per := max(1, updatesPerPiece/max(p.sampler.layout.plane*rows*p.lanes, leastUpdates))
	if p.job.records() {
		per = min(per, sweep.MaxRecorded)
	}
	return per
}

// String says the plan in a line.
func (p *plan) String() string {
	if p.lookup {
		return "in plain Go by a table"
	}
	each := (p.groups[1] - p.groups[0] + p.devices - 1) / p.devices // rows of a device
	spec := p.of(each)
	var is []string
	for _, w := range []struct {
		on   bool
		word string
	}{
		{spec.Metropolis, "Metropolis"}, {!spec.Metropolis, "heat bath"},
		{spec.Levels > 0, "levels"}, {spec.Cuts, "cuts"}, {spec.Weighted, "couplings by edge"},
		{spec.Hubs > 0, fmt.Sprintf("%d tables of hubs", spec.Hubs)}, {spec.Lattice.On(), "lattice"},
		{spec.Columns, "columns"}, {spec.Serial, "serial"},
		{spec.Masked, "masked"}, {spec.Trace, "trace"}, {spec.Counts, "counts"},
	} {
		if w.on {
			is = append(is, w.word)
		}
	}
	return fmt.Sprintf("%d rows of %d lanes in %d groups, %d at once, on %d devices each: %s",
		p.rows, p.lanes, len(p.groups)-1, p.atOnce, p.devices, strings.Join(is, ", "))
}
