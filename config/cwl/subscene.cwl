cwlVersion: v1.2
class: CommandLineTool
label: One Sentinel-2 product to its subscenes
doc: |
  The output is a folder that is named after the product, with its tile_<x>_<y>.nc and manifest.csv. Inputs that are not given have the
  program's defaults (subscene run --help). With Docker or another container engine: build the image with config/container/Dockerfile and
  name it subscene; without: subscene in PATH and --no-container.

baseCommand: [subscene, run]
arguments: [--layout, flat, -o, subscenes, --threads, $(runtime.cores), --memory, $(runtime.ram)M, --quiet]

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
  deflate: {type: int?, inputBinding: {prefix: --deflate}}
  check_input: {type: boolean?, inputBinding: {prefix: --check-input}}

outputs:
  subscenes:
    type: Directory
    outputBinding: {glob: "subscenes/*"}
