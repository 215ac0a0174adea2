cwlVersion: v1.2
class: CommandLineTool
label: One Sentinel-2 product to its subscenes
doc: |
  The output is a folder that is named after the product, with its tile_<x>_<y>.nc and manifest.csv. Inputs that are not given have the
  program's defaults (subscene run --help). With Docker or another container engine: build the image with the sources' config/container/Dockerfile and
  name it subscene; without: subscene in PATH and --no-container.

baseCommand: [subscene, run]
arguments: [-o, subscenes, --threads, $(runtime.cores), --memory, $(runtime.ram)M, --quiet]

hints:
  DockerRequirement:
    dockerPull: subscene
  ResourceRequirement:
    coresMin: $(inputs.cores)
    ramMin: $(inputs.ram_mib)
requirements:
  ToolTimeLimit:
    timelimit: $(inputs.time_limit)

successCodes: [0]
# disk full, out of memory, another task at work on the same product
temporaryFailCodes: [75]
permanentFailCodes: [1, 2, 3]

inputs:
  product:
    type: [Directory, File]
    doc: a .SAFE folder, or a .zip that holds one
    inputBinding: {position: 1}
  cores: {type: int, default: 2}
  ram_mib: {type: int, default: 1024, doc: the plan shrinks to it or is refused; subscene info says what it wants}
  time_limit: {type: int, default: 0, doc: "seconds; 0: none"}
  bands: {type: "string[]?", inputBinding: {prefix: --bands, itemSeparator: ","}}
  size: {type: int?, inputBinding: {prefix: --size}}
  overlap: {type: double?, inputBinding: {prefix: --overlap}}
  resolution: {type: int?, inputBinding: {prefix: --resolution}}
  filter: {type: string?, inputBinding: {prefix: --filter}}
  lobes: {type: int?, inputBinding: {prefix: --lobes}}
  engine: {type: string?, inputBinding: {prefix: --engine}}
  tiles: {type: "string[]?", inputBinding: {prefix: --tiles, itemSeparator: ","}, doc: "subscenes as column_row; in quotes, else YAML reads numbers"}
  aoi: {type: [File, string, "null"], inputBinding: {prefix: --aoi}, doc: "GeoJSON as a file, or EWKT"}
  min_valid: {type: double?, inputBinding: {prefix: --min-valid}}
  edge: {type: string?, inputBinding: {prefix: --edge}}
  offset: {type: string?, inputBinding: {prefix: --offset}}
  profile: {type: string?, inputBinding: {prefix: --profile}}
  compat: {type: string?, inputBinding: {prefix: --compat}}
  deflate: {type: int?, inputBinding: {prefix: --deflate}}
  layout:
    type: string
    default: flat
    inputBinding: {prefix: --layout}
    doc: "a template must begin with {product}/; else products.cwl would have many folders of one name"
  check_input: {type: boolean?, inputBinding: {prefix: --check-input}}
  decoder: {type: string?, inputBinding: {prefix: --decoder}}
  cvat: {type: File?, inputBinding: {prefix: --cvat}, doc: "annotations.xml of CVAT for images 1.1, or its .zip"}
  segments: {type: Directory?, inputBinding: {prefix: --segments}, doc: tile_x_y folders of Segments.ai}
  supervisely: {type: [Directory, File, "null"], inputBinding: {prefix: --supervisely}, doc: a project of Supervisely or one of its annotations}
  map: {type: [File, string, "null"], inputBinding: {prefix: --map}, doc: "a built-in class map, or an .ini file"}
  unlabelled: {type: int?, inputBinding: {prefix: --unlabelled}}
  raster:
    type: ["null", {type: array, items: string, inputBinding: {prefix: --raster}}]
    # without a position cwltool puts it between the words of arguments
    inputBinding: {position: 1}
    doc: "LAYER, or LAYER=/absolute/path; the engine does not carry such a file to another machine or into a container"
  no_masks: {type: boolean?, inputBinding: {prefix: --no-masks}}
  png: {type: boolean?, inputBinding: {prefix: --png}}
  threads: {type: int?, inputBinding: {prefix: --threads, position: 1}, doc: "instead of cores, which the engine sets aside"}
  memory: {type: string?, inputBinding: {prefix: --memory, position: 1}, doc: "as 900M; instead of ram_mib, which the engine sets aside"}

outputs:
  subscenes:
    type: Directory
    outputBinding: {glob: "subscenes/*"}
