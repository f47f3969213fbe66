package explain

import "fmt"

// Sparsity is the share 1 − |S|/n of the nodes that an explanation leaves out
// (Pope et al. 2019, doi:10.1109/CVPR.2019.01103; Yuan et al. 2022,
// doi:10.1109/TPAMI.2022.3204236), in [0, 1].
func Sparsity(keep []bool) (float64, error) {
	if len(keep) == 0 {
		return 0, fmt.Errorf("explain: sparsity of a graph without nodes")
	}
	return 1 - float64(setOf(keep).size())/float64(len(keep)), nil
}
