cwlVersion: v1.2
class: Workflow
label: Sentinel-2 products to their subscenes, one folder each
doc: Every product is a step of its own; the engine decides how many run at a time. The inputs are those of subscene.cwl.

requirements:
  ScatterFeatureRequirement: {}

inputs:
  products: {type: {type: array, items: [Directory, File]}}
  cores: {type: int, default: 2}
  ram_mib: {type: int, default: 1024}
  time_limit: {type: int, default: 0}
  bands: "string[]?"
  size: int?
  overlap: double?
  resolution: int?
  filter: string?
  lobes: int?
  engine: string?
  tiles: "string[]?"
  aoi: [File, string, "null"]
  min_valid: double?
  edge: string?
  offset: string?
  profile: string?
  compat: string?
  deflate: int?
  layout: {type: string, default: flat}
  check_input: boolean?
  decoder: string?
  cvat: File?
  segments: Directory?
  supervisely: [Directory, File, "null"]
  map: [File, string, "null"]
  unlabelled: int?
  raster: "string[]?"
  no_masks: boolean?
  png: boolean?
  threads: int?
  memory: string?

steps:
  product:
    run: subscene.cwl
    scatter: product
    in:
      product: products
      cores: cores
      ram_mib: ram_mib
      time_limit: time_limit
      bands: bands
      size: size
      overlap: overlap
      resolution: resolution
      filter: filter
      lobes: lobes
      engine: engine
      tiles: tiles
      aoi: aoi
      min_valid: min_valid
      edge: edge
      offset: offset
      profile: profile
      compat: compat
      deflate: deflate
      layout: layout
      check_input: check_input
      decoder: decoder
      cvat: cvat
      segments: segments
      supervisely: supervisely
      map: map
      unlabelled: unlabelled
      raster: raster
      no_masks: no_masks
      png: png
      threads: threads
      memory: memory
    out: [subscenes]

outputs:
  subscenes: {type: "Directory[]", outputSource: product/subscenes}
