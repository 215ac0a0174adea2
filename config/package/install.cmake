# What is installed and where. `cmake --install` and the package use the same rules.
set(CMAKE_INSTALL_DEFAULT_COMPONENT_NAME subscene)
set(CMAKE_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE
  GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)

set(SUBSCENE_MAINTAINER "${PROJECT_NAME} maintainers <maintainers@users.noreply.r-seed-7deebac9.example>"
  CACHE STRING "maintainer of the package: NAME <ADDRESS>")
set(SUBSCENE_HOMEPAGE "" CACHE STRING "home page in the package's fields; empty: no such field")

set(package_sources ${CMAKE_SOURCE_DIR}/config/package)
set(shared ${CMAKE_INSTALL_DATADIR}/${PROJECT_NAME})

# install_into(FOLDER FILES|PROGRAMS NAMES...): names are those of the sources, or absolute
function(install_into folder kind)
  list(TRANSFORM ARGN PREPEND ${CMAKE_SOURCE_DIR}/ REGEX "^[^/]")
  install(${kind} ${ARGN} DESTINATION ${folder})
  set_property(GLOBAL APPEND PROPERTY install_folders ${folder})
endfunction()

# first their folders
install(CODE "
set(build \"${CMAKE_BINARY_DIR}\")
set(manual ${CMAKE_INSTALL_MANDIR})
set(zsh ${CMAKE_INSTALL_DATADIR}/zsh)")
install(SCRIPT ${package_sources}/make_folders.cmake)

# ---- programs: in place of cm_vsm the same program by that name ----
install(TARGETS subscene RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
install_into(${CMAKE_INSTALL_BINDIR} PROGRAMS ${CMAKE_BINARY_DIR}/cm_vsm)

# ---- manual pages: all that the build made, compressed ----
set(packed ${CMAKE_BINARY_DIR}/packed)
configure_file(${package_sources}/changelog.in ${CMAKE_BINARY_DIR}/changelog @ONLY)
add_custom_command(OUTPUT ${packed}/done DEPENDS ${documents} ${package_sources}/pack.cmake ${CMAKE_BINARY_DIR}/changelog
  COMMAND ${CMAKE_COMMAND} -D build=${CMAKE_BINARY_DIR} -D packed=${packed} -P ${package_sources}/pack.cmake)
add_custom_target(packed_documents ALL DEPENDS ${packed}/done)
add_dependencies(documents packed_documents)
install(DIRECTORY ${packed}/man/ DESTINATION ${CMAKE_INSTALL_MANDIR})

# ---- completion: a link for cm_vsm, as shells look for a file of the command's name ----
file(CREATE_LINK subscene ${CMAKE_BINARY_DIR}/cm_vsm.bash SYMBOLIC)
file(CREATE_LINK subscene.fish ${CMAKE_BINARY_DIR}/cm_vsm.fish SYMBOLIC)
set(bash_folder ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
set(fish_folder ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
install(FILES ${CMAKE_BINARY_DIR}/subscene.bash DESTINATION ${bash_folder} RENAME subscene)
install(FILES ${CMAKE_BINARY_DIR}/cm_vsm.bash DESTINATION ${bash_folder} RENAME cm_vsm)
set_property(GLOBAL APPEND PROPERTY install_folders ${bash_folder})
install_into(${fish_folder} FILES ${CMAKE_BINARY_DIR}/subscene.fish ${CMAKE_BINARY_DIR}/cm_vsm.fish)
install(CODE "file(INSTALL \"${CMAKE_BINARY_DIR}/subscene.zsh\" RENAME _subscene
  DESTINATION \"\${CMAKE_INSTALL_PREFIX}/\${zsh_completions}\")")

# ---- batch systems and class maps ----
file(GLOB class_maps RELATIVE ${CMAKE_SOURCE_DIR} CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/config/classes/*.ini)
install_into(${shared}/classes FILES ${class_maps})
install_into(${shared}/slurm PROGRAMS config/slurm/subscene-submit.sh config/slurm/subscene-report.sh)
install_into(${shared}/slurm FILES config/slurm/subscene_report.py)
install_into(${shared}/cwl FILES config/cwl/subscene.cwl config/cwl/products.cwl config/cwl/job.yml)
install_into(${shared}/snakemake FILES config/snakemake/Snakefile config/snakemake/config.yaml)
install_into(${shared}/snakemake PROGRAMS config/snakemake/status.sh)

# ---- guides: in the folders of the sources, so that they find one another; without the map of the code ----
foreach(page config/USE.md config/CLUSTER.md config/README.md config/example.png config/classes/README.md
    config/slurm/README.md config/cwl/README.md config/snakemake/README.md config/container/README.md
    config/conda/README.md io/FORMATS.md filters/NUMBERS.md src/cmd/OPTIONS.md src/cmd/cm_vsm/README.md tests/bench/README.md)
  get_filename_component(folder ${page} DIRECTORY)
  install_into(${CMAKE_INSTALL_DOCDIR}/${folder} FILES ${page})
endforeach()
file(READ ${CMAKE_SOURCE_DIR}/README.md readme)
string(REGEX REPLACE "\n## The code\n.*\n(Licence:)" "\n\\1" readme "${readme}")
file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/README.md CONTENT "${readme}" @ONLY)
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/README.md)
install_into(${CMAKE_INSTALL_DOCDIR} FILES ${CMAKE_BINARY_DIR}/README.md ${packed}/changelog.gz ${package_sources}/copyright)

# ---- uninstall ----
get_property(folders GLOBAL PROPERTY install_folders)
list(REMOVE_DUPLICATES folders)
string(REPLACE ";" "\n" folders "${folders}")
file(CONFIGURE OUTPUT ${CMAKE_BINARY_DIR}/install_destinations.txt CONTENT "${folders}\n")
add_custom_target(uninstall COMMAND ${CMAKE_COMMAND} -D build=${CMAKE_BINARY_DIR} -P ${package_sources}/uninstall.cmake)
