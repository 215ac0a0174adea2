# Read by cpack before it begins: without these programs the package would have no dependencies.
foreach(tool dpkg dpkg-shlibdeps file)
  find_program(found_${tool} ${tool})
  if(NOT found_${tool})
    message(FATAL_ERROR "there is no ${tool}, which finds out what the package depends on: sh config/install_packages.sh package")
  endif()
endforeach()
