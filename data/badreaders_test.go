package data

import (
	"strings"
)

// badReaders lists the readers of graphs and of what belongs to them, each with
// what it refuses.
func badReaders() []badReader {
	const notText = ":1: binary data where text was expected"
	long := strings.Repeat("1", maxLine+1)
	return []badReader{
		{
			name: "Rudy", read: func(path string) (any, error) { return ReadRudy(path) },
			good: "3 2\n1 2 1\n3 2 -2.5\n", same: []string{"# c\n3 2\n\n1 2\n# d\n3 2 -2.5"},
			bad: []badCase{
				{"truncated", "3 2\n1 2 1\n", ":2: the file ends where edge 2 of 2 was expected"},
				{"noise", noise, notText},
				{"counts: fewer edges than there are", "3 1\n1 2 1\n2 3 1\n", `:3: more data after the last of 1 edges: "2 3 1"`},
				{"counts: more edges than fit", "3 9\n1 2 1\n", `:1: more edges than an input of 10 bytes can hold: "9"`},
				{"10 GB", "10000000000 10000000000\n", `:1: more nodes than are plausible for an input of 24 bytes: "10000000000"`},
				{"negative count", "3 -1\n", `:1: number of edges is not a count: "-1"`},
				{"index", "3 1\n1 4 1\n", `:2: node outside 1..3: "4"`},
				{"NaN", "3 1\n1 2 NaN\n", `:2: weight is not finite: "NaN"`},
				{"Inf", "3 1\n1 2 -Inf\n", `:2: weight is not finite: "-Inf"`},
				{"duplicate", "3 2\n1 2 1\n1 2 1\n", `:3: edge repeats an earlier one: "1 2"`},
				{"contradiction", "3 2\n1 2 1\n2 1 -1\n", `:3: edge repeats an earlier one: "1 2"`},
				{"loop", "3 1\n2 2 1\n", `:2: edge from a node to itself: "2 2"`},
				{"long line", "3 1\n1 2 " + long, ":2: line longer than 1048576 bytes"},
			},
		},
		{
			name: "EdgeList", read: func(path string) (any, error) { return ReadEdgeList(path, EdgeListOptions{Strict: true}) },
			lacks: "counts",
			good:  "1 2 1\n2 3 -2.5\n", same: []string{"% c\n1 2 # d\n\n2 3 -2.5"},
			bad: []badCase{
				{"truncated", "1 2 1\n2", `:2: want two nodes and a weight: "2"`},
				{"noise", noise, notText},
				{"index", "1 2\n1 99999999999\n", `:2: node outside 0..65535: "99999999999"`},
				{"10 GB", "1 10000000000\n", `:1: node outside 0..65535: "10000000000"`},
				{"NaN", "1 2 nan\n", `:1: weight is not finite: "nan"`},
				{"Inf", "1 2 1e999\n", `:1: weight is not finite: "1e999"`},
				{"duplicate", "1 2 1\n1 2 1\n", `:2: edge repeats an earlier one: "1 2"`},
				{"contradiction", "1 2 1\n2 1 3\n", `:2: edge repeats an earlier one: "1 2"`},
				{"only comments", "# c\n", ": no edges"},
				{"long line", "1 2\n1 3 " + long, ":2: line longer than 1048576 bytes"},
			},
		},
		{
			name: "DIMACS", read: func(path string) (any, error) {
				n, edges, err := ReadDIMACS(path)
				return EdgeList{N: n, Edges: edges}, err
			},
			lacks: "Inf, duplicate",
			good:  "p edge 3 2\ne 1 2\ne 2 3\n", same: []string{"c x\np col 3 2\n\nn 1 4\nc y\ne 2 1\ne 2 3"},
			bad: []badCase{
				{"truncated", "p edge 3 2\ne 1 2\n", ": 1 edges where line p promises 2"},
				{"noise", noise, notText},
				{"counts: more edges than promised", "p edge 3 1\ne 1 2\ne 2 3\n", ": 2 edges where line p promises 1"},
				{"10 GB", "p edge 10000000000 1\ne 1 2\n", `:1: more nodes than are plausible for an input of 27 bytes: "10000000000"`},
				{"10 G edges", "p edge 3 10000000000\ne 1 2\n", `:1: more edges than an input of 27 bytes can hold: "10000000000"`},
				{"index", "p edge 3 1\ne 0 2\n", `:2: node outside 1..3: "0"`},
				{"NaN", "p edge 3 1\ne 1 NaN\n", `:2: node is not an integer: "NaN"`},
				{"contradiction: second header", "p edge 3 0\np edge 4 0\n", ":2: second line p"},
				{"edge before the header", "e 1 2\np edge 3 1\n", `:1: want e and two nodes, after line p: "e 1 2"`},
				{"unknown line", "p edge 3 0\nq\n", `:2: unknown kind of line: "q"`},
			},
		},
		{
			name: "Optima", read: func(path string) (any, error) { return ReadOptima(path) },
			lacks: "counts, index, 10 GB",
			good:  "a 1\nb -2.5\n", same: []string{"# c\na 1 # d\n\nb -25e-1"},
			bad: []badCase{
				{"truncated", "a 1\nb", `:2: want a name and a value: "b"`},
				{"noise", noise, notText},
				{"NaN", "a NaN\n", `:1: value is not finite: "NaN"`},
				{"Inf", "a +Inf\n", `:1: value is not finite: "+Inf"`},
				{"duplicate", "a 1\na 1\n", `:2: name comes twice: "a"`},
				{"contradiction", "a 1\na 2\n", `:2: name comes twice: "a"`},
			},
		},
		{
			name: "METIS", read: func(path string) (any, error) { return ReadMETIS(path) },
			good: "3 2 1\n2 -1\n1 -1 3 5\n2 5\n", same: []string{"% c\n3 2 001\n2 -1\n% d\n1 -1 3 5\n2 5"},
			bad: []badCase{
				{"truncated", "3 2 1\n2 -1\n", ":2: the file ends where node 2 of 3 was expected"},
				{"noise", noise, notText},
				{"counts: fewer edges than promised", "3 2\n2\n1\n\n", ": 1 edges where the first line promises 2"},
				{"more nodes than promised", "2 1\n2\n1\n1\n", `:4: more data after the last of 2 nodes: "1"`},
				{"10 GB", "10000000000 1\n", `:1: more nodes than an input of 14 bytes can hold: "10000000000"`},
				{"10 G edges", "2 10000000000\n", `:1: more edges than an input of 14 bytes can hold: "10000000000"`},
				{"10 G weights", "2 0 010 10000000000\n", `:1: ncon is not a number of weights, or fmt says that nodes have none: "10000000000"`},
				{"fmt", "2 0 7\n\n\n", `:1: fmt is not of three digits 0 or 1: "7"`},
				{"index", "2 1\n3\n1\n", `:2: neighbour outside 1..2: "3"`},
				{"NaN", "2 1 1\n2 NaN\n1 1\n", `:2: the weight of an edge is not an integer from -9007199254740992 to 2^53: "NaN"`},
				{"Inf", "2 1 1\n2 Inf\n1 1\n", `:2: the weight of an edge is not an integer from -9007199254740992 to 2^53: "Inf"`},
				{"no weight", "2 1 1\n2 1\n1\n", ":3: the line of node 2 ends where the weight of an edge was expected"},
				{"loop", "2 1\n1\n2\n", `:2: edge from a node to itself: "1"`},
				{"one direction", "2 1\n2\n\n", `:2: edge stands only in the line of one of its nodes: "1 2"`},
				{"duplicate", "2 1\n2 2\n1\n", `:2: edge repeats an earlier one: "1 2"`},
				{"contradiction", "2 1 1\n2 5\n1 6\n", `:3: weight contradicts that in the line of the other node: "1 2"`},
			},
		},
		{
			name: "COO", read: func(path string) (any, error) { return ReadCOO(path, AnyVarType) },
			lacks: "counts",
			good:  "# vartype=SPIN\n0 0 0.5\n0 1 -1\n", same: []string{"# c\n# vartype=SPIN\n\n0 0 .5\n# d\n1 0 -1"},
			bad: []badCase{
				{"truncated", "# vartype=SPIN\n0 0", `:2: want two variables and a bias: "0 0"`},
				{"no header", "0 1 1\n", ": no header # vartype=SPIN or # vartype=BINARY"},
				{"no entries", "# vartype=SPIN\n", ": no entries"},
				{"noise", noise, notText},
				{"header", "# vartype=DISCRETE\n0 1 1\n", `:1: vartype is neither SPIN nor BINARY, or contradicts what was known: "# vartype=DISCRETE"`},
				{"two headers", "# vartype=SPIN\n# vartype=BINARY\n0 1 1\n", `:2: vartype is neither SPIN nor BINARY, or contradicts what was known: "# vartype=BINARY"`},
				{"two offsets", "# offset=1\n# offset=2\n0 1 1\n", `:2: second offset: "# offset=2"`},
				{"10 GB", "# vartype=SPIN\n0 10000000000 1\n", `:2: variable outside 0..65535: "10000000000"`},
				{"index", "0 -1 1\n", `:1: variable outside 0..65535: "-1"`},
				{"NaN", "0 1 NaN\n", `:1: bias is not finite: "NaN"`},
				{"Inf", "0 1 Inf\n", `:1: bias is not finite: "Inf"`},
				{"duplicate", "# vartype=SPIN\n0 1 1\n1 0 1\n", `:3: entry repeats an earlier one: "0 1"`},
				{"contradiction", "# vartype=SPIN\n1 1 1\n1 1 2\n", `:3: entry repeats an earlier one: "1 1"`},
				{"sum", "# vartype=BINARY\n0 0 1.7e308\n1 1 1.7e308\n2 2 1.7e308\n", ": biases add up to more than a float64 holds"},
			},
		},
		{
			name: "TU", read: func(path string) (any, error) { return ReadTU(path) },
			lacks: "counts, Inf, contradiction",
			good:  "1, 2\n2, 1\n2, 3\n", same: []string{"1,2\n2 , 1\n2,3"},
			bad: []badCase{
				{"truncated", "1, 2\n2,", `:2: want the two nodes of an edge: "2"`},
				{"noise", noise, notText},
				{"index", "1, 4\n", `:1: node outside 1..3: "4"`},
				{"10 GB", "1, 10000000000\n", `:1: node outside 1..3: "10000000000"`},
				{"NaN", "NaN, 1\n", `:1: node is not an integer: "NaN"`},
				{"duplicate", "1, 2\n1, 2\n", `:2: edge repeats an earlier one: "1, 2"`},
				{"loop", "1, 2\n2, 2\n", `:2: edge from a node to itself: "2, 2"`},
			},
		},
		{
			name: "GraphML", read: func(path string) (any, error) { g, _, err := ReadGraphML(path); return g, err },
			lacks: "counts",
			good:  "<graphml>\n<key id=\"w\" for=\"edge\" attr.name=\"weight\"/>\n<graph edgedefault=\"undirected\">\n<node id=\"a\"/><node id=\"b\"/>\n<edge source=\"a\" target=\"b\"><data key=\"w\">-2.5</data></edge>\n</graph></graphml>\n",
			same:  []string{"<?xml version=\"1.0\"?><!-- c --><graphml><key id=\"w\" attr.name=\"weight\"><default>-2.5</default></key><graph edgedefault=\"undirected\"><edge source=\"b\" target=\"a\"/><node id=\"a\"/><node id=\"b\"/></graph></graphml>"},
			bad:   badGraphML(),
		},
		{
			name: "BA2Motifs", read: func(path string) (any, error) { return ReadBA2Motifs(path) },
			lacks: "counts, Inf",
			good:  "{\"id\": 3, \"label\": 1, \"n\": 3, \"motif\": [1], \"edges\": [[0, 1], [1, 2]]}\n", same: []string{"\n{\"edges\":[[0,1],[1,2]],\"id\":3,\"label\":1,\"motif\":[1],\"n\":3}\n\n"},
			bad: badMotifs(),
		},
		{
			name: "GroundTruth", read: func(path string) (any, error) { return ReadGroundTruth(path) },
			lacks: "counts, Inf, comments",
			good:  "{\"graph\": 1, \"y\": 1, \"gt_nodes\": [3], \"n_nonisolated\": 4, \"kinds\": {\"NH2\": 1}}\n",
			bad: []badCase{
				{"truncated", `{"graph": 1`, `:1: not a record in JSON: "{\"graph\": 1": the object does not end on its line`},
				{"noise", noise, notText},
				{"missing", `{"graph": 1}`, ":1: want graph, y, gt_nodes, n_nonisolated and kinds"},
				{"unknown", `{"Q": 1}`, `:1: not a record in JSON: "{\"Q\": 1}": json: unknown field "Q"`},
				{"index", `{"graph": -1}`, `:1: not a record in JSON: "{\"graph\": -1}": -1 is not an index`},
				{"NaN", `{"graph": NaN}`, `:1: not a record in JSON: "{\"graph\": NaN}": invalid character 'N' looking for beginning of value`},
				{"order", `{"graph": 1, "y": 1, "gt_nodes": [3, 3], "n_nonisolated": 4, "kinds": {}}`, `:1: node comes after 3: want increasing ones: "3"`},
				{"count", `{"graph": 1, "y": 1, "gt_nodes": [], "n_nonisolated": 4, "kinds": {"a": 0}}`, `:1: a kind of motif occurs 0 times: "a"`},
				{"10 GB", `{"graph": 10000000000}`, `:1: not a record in JSON: "{\"graph\": 10000000000}": 10000000000 is not an index`},
				{"contradiction", `{"graph": 1, "graph": 2, "y": 1, "gt_nodes": [], "n_nonisolated": 4, "kinds": {}}`, `:1: key comes twice: "graph"`},
				{"duplicate", strings.Repeat(`{"graph": 1, "y": 1, "gt_nodes": [], "n_nonisolated": 4, "kinds": {}}`+"\n", 2), `:2: graph comes twice: "1"`},
			},
		},
		{
			name: "Values", read: func(path string) (any, error) { return ReadValues(path) },
			lacks: "counts, 10 GB",
			good:  "{\"0\": [1.5, -2],\n\"7\": []}\n", same: []string{`{"7":[],"0":[15e-1,-2.0]}`},
			bad: []badCase{
				{"truncated", "{\"0\": [1.5,\n", ":2: not an object of lists of numbers in JSON: unexpected end of JSON input"},
				{"noise", noise, `:1: not an object of lists of numbers in JSON: invalid character '\x7f' looking for beginning of value`},
				{"NaN", "{\"0\":\n[NaN]}", ":2: not an object of lists of numbers in JSON: invalid character 'N' looking for beginning of value"},
				{"Inf", "{\"0\": [1,\n1e999]}", ":2: value 1 of graph 0 is not a finite number"},
				{"null", `{"0": [null]}`, ":1: value 0 of graph 0 is not a finite number"},
				{"index", `{"-1": []}`, `:1: key "-1" is not the index of a graph`},
				{"contradiction", "{\"1\": [2],\n\"1\": [3]}", `:2: not an object of lists of numbers in JSON: key "1" comes twice`},
				{"duplicate", `{"1": [], "01": []}`, ":1: graph 1 comes twice"},
				{"nothing", "{}", ": no values"},
			},
		},
		{
			name: "Partition", read: func(path string) (any, error) { return ReadPartition(path) },
			lacks: "counts, Inf, 10 GB",
			good:  "{\"partition_0\": [1],\n\"partition_1\": [0]}\n", same: []string{`{"by": "x", "partition_1":[0],"partition_0":[1]}`},
			bad: []badCase{
				{"truncated", "{\"partition_0\":\n[1,", ":2: not an object of lists of whole numbers in JSON: unexpected end of JSON input"},
				{"noise", noise, `:1: not an object of lists of whole numbers in JSON: invalid character '\x7f' looking for beginning of value`},
				{"NaN", "{\"partition_0\":\n[NaN]}", ":2: not an object of lists of whole numbers in JSON: invalid character 'N' looking for beginning of value"},
				{"index", "{\"by\": \"partition_0\", \"seeds\": [1,\n2], \"partition_0\": [0,\n2], \"partition_1\": []}", ":3: node 2 of 2"},
				{"duplicate", "{\"partition_0\": [0,\n0], \"partition_1\": []}", ":2: node 0 comes twice"},
				{"contradiction", "{\"partition_0\": [0, 1],\n\"partition_1\": [1]}", ":2: node 1 comes twice"},
				{"contradiction: key twice", "{\"partition_0\": [0],\n\"partition_0\": [1], \"partition_1\": []}", `:2: not an object of lists of whole numbers in JSON: key "partition_0" comes twice`},
			},
		},
		{
			name: "Table", read: func(path string) (any, error) { return ReadTable(path) },
			lacks: "noise, index, NaN, Inf, duplicate, contradiction, 10 GB, comments",
			good:  "a,b\n1,\"x, y\"\n",
			bad: []badCase{
				{"truncated", "a,b\n1,\"x", `:2: not a table: extraneous or missing " in quoted-field`},
				{"counts", "a,b\n1\n", ":2: not a table: wrong number of fields"},
			},
		},
	}
}

// badGraphML lists what the reader of GraphML refuses.
func badGraphML() []badCase {
	graph := func(s string) string {
		return "<graphml>\n<graph edgedefault=\"undirected\">\n" + s + "\n</graph></graphml>"
	}
	const nodes = `<node id="a"/><node id="b"/>`
	const key = `<key id="w" for="edge" attr.name="weight"/>`
	weight := func(w string) string {
		return "<graphml>" + key + `<graph edgedefault="undirected">` + nodes + "\n" + `<edge source="a" target="b"><data key="w">` + w + "</data></edge></graph></graphml>"
	}
	return []badCase{
		{"truncated", "<graphml>\n<graph edgedefault=\"undirected\">\n<node", ":3: not XML: unexpected EOF"},
		{"noise", noise, ":1: not XML: illegal character code U+0002"},
		{"HTML", "<html></html>", `:1: want the element graphml: "html"`},
		{"no graph", "<graphml></graphml>", ": no graph"},
		{"directed", `<graphml><graph edgedefault="directed"/></graphml>`, `:1: edgedefault of the graph is not undirected: "directed"`},
		{"directed edge", graph(nodes + `<edge source="a" target="b" directed="true"/>`), `:3: edge is directed: "true"`},
		{"hyperedge", graph(nodes + `<hyperedge id="h"/>`), `:3: hyperedges are not read: "h"`},
		{"nested", graph(`<node id="a"><graph/></node>`), `:3: graph within a node: "a"`},
		{"nested in an edge", graph(nodes + `<edge source="a" target="b"><graph/></edge>`), `:3: graph within an edge: "a b"`},
		{"two graphs", `<graphml><graph edgedefault="undirected"/><graph id="2"/></graphml>`, `:1: second graph: "2"`},
		{"id twice", graph("<node id=\"a\"/>\n<node id=\"a\"/>"), `:4: node without an id of its own: "a"`},
		{"index: unknown node", graph(nodes + `<edge source="a" target="c"/>`), `:3: edge to an unknown node: "c"`},
		{"duplicate", graph(nodes + "<edge source=\"a\" target=\"b\"/>\n<edge source=\"b\" target=\"a\"/>"), `:4: edge repeats an earlier one: "b a"`},
		{"loop", graph(nodes + "\n<edge source=\"a\" target=\"a\"/>"), `:4: edge from a node to itself: "a a"`},
		{"NaN", weight("NaN"), `:2: weight is not finite: "NaN"`},
		{"Inf", weight("-Inf"), `:2: weight is not finite: "-Inf"`},
		{"no number", weight("heavy"), `:2: weight is not a number: "heavy"`},
		{"contradiction", weight(`1</data><data key="w">2`), `:2: second weight of an edge: "a b"`},
		{"two keys", "<graphml>" + key + "\n" + key + "</graphml>", `:2: second key of a weight of edges: "w"`},
		{"10 GB of entities", "<!DOCTYPE g [<!ENTITY a \"b\">]>\n<graphml>&a;</graphml>", ":2: not XML: invalid character entity &a;"},
		{"encoding", "<?xml version=\"1.0\" encoding=\"UTF-16\"?><graphml/>", `:1: not XML: xml: encoding "UTF-16" declared but Decoder.CharsetReader is nil`},
	}
}

// badMotifs lists what the reader of BA-2Motifs refuses.
func badMotifs() []badCase {
	graph := func(n, motif, edges string) string {
		return `{"id": 0, "label": 0, "n": ` + n + `, "motif": ` + motif + `, "edges": ` + edges + "}\n"
	}
	ok := graph("2", "[]", "[[0, 1]]")
	quoted := func(s string) string { return strings.ReplaceAll(short(strings.TrimSpace(s)), `"`, `\"`) }
	return []badCase{
		{"truncated", `{"id": 0,`, `:1: not a record in JSON: "{\"id\": 0,": the object does not end on its line`},
		{"noise", noise, ":1: binary data where text was expected"},
		{"two objects", strings.TrimSpace(ok) + ok, `:1: more data after the object: "` + quoted(ok) + `"`},
		{"missing", `{"id": 0}`, ":1: want id, label, n, motif and edges"},
		{"index", graph("2", "[]", "[[0, 2]]"), ":1: graph 0: edge 0 2 is not one of smaller and larger node below 2"},
		{"order", graph("2", "[]", "[[1, 0]]"), ":1: graph 0: edge 1 0 is not one of smaller and larger node below 2"},
		{"three ends", graph("2", "[]", "[[0, 1, 2]]"), `:1: not a record in JSON: "` + quoted(graph("2", "[]", "[[0, 1, 2]]")) + `": [0, 1, 2] is not an edge of two nodes`},
		{"null", graph("2", "[]", "[null]"), `:1: not a record in JSON: "` + quoted(graph("2", "[]", "[null]")) + `": null is not an edge of two nodes`},
		{"motif", graph("2", "[2]", "[]"), `:1: motif node outside 0..1: "2"`},
		{"duplicate", graph("2", "[]", "[[0, 1], [0, 1]]"), ":1: graph 0: edge 0 1 comes twice"},
		{"loop twice", graph("2", "[]", "[[1, 1], [1, 1]]"), `:1: edge comes twice: "1 1"`},
		{"contradiction: id twice", ok + "\n" + ok, `:3: id comes twice: "0"`},
		{"contradiction: n twice", `{"id": 0, "n": 2, "n": 3, "label": 0, "motif": [], "edges": []}`, `:1: key comes twice: "n"`},
		{"10 GB", graph("10000000000", "[]", "[]"), `:1: not a record in JSON: "` + quoted(graph("10000000000", "[]", "[]")) + `": 10000000000 is not an index`},
		{"many nodes", graph("2000000000", "[]", "[]"), `:1: more nodes than are plausible for an input of 65 bytes: "2000000000"`},
		{"NaN", graph("NaN", "[]", "[]"), `:1: not a record in JSON: "` + quoted(graph("NaN", "[]", "[]")) + `": invalid character 'N' looking for beginning of value`},
	}
}
