# Compresses the manual pages and the changelog: cmake -D build=FOLDER -D packed=FOLDER -P pack.cmake
# Each page build/*.N becomes packed/man/manN/*.N.gz, without name and time, so that the bytes are the same each time.
function(compress from to)
  execute_process(COMMAND gzip -9nc "${from}" OUTPUT_FILE "${to}" RESULT_VARIABLE result)
  if(NOT result EQUAL 0)
    message(FATAL_ERROR "gzip ${from}: ${result}")
  endif()
endfunction()

file(REMOVE_RECURSE "${packed}")
file(GLOB pages "${build}/*.[1-8]" "${build}/man/*.[1-8]")
foreach(page IN LISTS pages)
  get_filename_component(name "${page}" NAME)
  string(REGEX MATCH "[1-8]$" section "${name}")
  file(MAKE_DIRECTORY "${packed}/man/man${section}")
  compress("${page}" "${packed}/man/man${section}/${name}.gz")
endforeach()
compress("${build}/changelog" "${packed}/changelog.gz")
file(TOUCH "${packed}/done")
