# The package: `cmake --build build/release --target package` makes subscene_VERSION_ARCHITECTURE.deb.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME ${PROJECT_NAME})
set(CPACK_PACKAGE_CONTACT "${SUBSCENE_MAINTAINER}")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "turns Sentinel-2 products into subscenes for cloud-mask models")
set(CPACK_PACKAGE_DESCRIPTION "\
subscene reads Sentinel-2 products, Level-1C and Level-2A, from .SAFE
folders and .zip files. It brings every band onto one grid, cuts the grid
into subscenes, and writes one georeferenced NetCDF4 file per subscene
with all bands. Labels of CVAT, Segments.ai and Supervisely, and masks of
other tools, become class layers.

The scripts for Slurm, CWL and Snakemake are in /usr/share/subscene. The
link cm_vsm stands in for the program cm_vsm 0.3.7.")
set(CPACK_STRIP_FILES ON)
# one component: its manifest is not the one of `cmake --install`, which uninstall reads
set(CPACK_INSTALL_CMAKE_PROJECTS "${CMAKE_BINARY_DIR};${PROJECT_NAME};${CMAKE_INSTALL_DEFAULT_COMPONENT_NAME};/")
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS ${CMAKE_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS})
set(CPACK_PROJECT_CONFIG_FILE ${package_sources}/need_tools.cmake)

set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(CPACK_DEBIAN_PACKAGE_SECTION science)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_HOMEPAGE "${SUBSCENE_HOMEPAGE}")
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "python3, slurm-client, cwltool, snakemake")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION TRUE)
include(CPack)
