package explain

// GNN returns the network of the set's classifier and field.
func (d *Dataset) GNN() GNN { return GNN{Layers: 3, Hidden: 64, Depth: 1} }

// IGConfig returns the settings of IGExplainer for the set: the defaults, and
// the set's size of explanations as Keep. Molecules have Necessity 1, chosen by
// fidelity. BA-2Motifs has loss (17) alone, is colder and learns faster without
// clipping, in 60 epochs, chosen by the fidelity of IGExplainer's top nodes: after
// 300 it is lost.
func (d *Dataset) IGConfig() IGConfig {
	c := IGConfig{Network: d.GNN(), Keep: d.share(), Necessity: 1}
	if d.Name == SetBA2Motifs {
		c.Necessity = 0
		c.Beta, c.Samples, c.LearningRate, c.ClipNorm = 10, 2, 1e-2, 1e9
	}
	return c
}

// fieldEpochs is how long IGExplainer trains; 300 is the paper's.
func (d *Dataset) fieldEpochs() int {
	if d.Name == SetBA2Motifs {
		return 60
	}
	return 300
}

// share is the part of the nodes that explanations keep.
func (d *Dataset) share() float64 {
	nodes := 0
	kept := 0
	for _, it := range d.Items {
		nodes += it.Graph.NumNodes()
		kept += d.Size.Of(it.Graph.NumNodes())
	}
	return float64(kept) / float64(nodes)
}
