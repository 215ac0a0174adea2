# Runs before the files are installed: makes their folders with mode 755, whatever the umask is, and
# notes the ones that were not there before for uninstall. `build` is the build folder, `manual` the
# folder of the manual pages, `zsh` the one of zsh. A component has a note of its own, as it has a
# manifest. Sets `zsh_completions`.
set(note "${build}/install_folders")
if(CMAKE_INSTALL_COMPONENT)
  string(APPEND note "_${CMAKE_INSTALL_COMPONENT}")
endif()
file(STRINGS "${build}/install_destinations.txt" folders)

# Debian's zsh looks for packages in one folder, for programs of other prefixes in another
set(zsh_completions ${zsh}/site-functions)
if(CMAKE_INSTALL_PREFIX MATCHES "/usr$")
  set(zsh_completions ${zsh}/vendor-completions)
endif()
list(APPEND folders ${zsh_completions})
file(GLOB sections RELATIVE "${build}/packed/man" "${build}/packed/man/*")
list(TRANSFORM sections PREPEND "${manual}/")
list(APPEND folders ${sections})

set(made "")
foreach(folder IN LISTS folders)
  get_filename_component(folder "${folder}" ABSOLUTE BASE_DIR "${CMAKE_INSTALL_PREFIX}")
  while(NOT folder STREQUAL "/" AND NOT EXISTS "$ENV{DESTDIR}${folder}")
    list(APPEND made "$ENV{DESTDIR}${folder}")
    get_filename_component(folder "${folder}" DIRECTORY)
  endwhile()
endforeach()

list(REMOVE_DUPLICATES made)
list(SORT made) # a folder stands behind the ones above it
foreach(folder IN LISTS made)
  file(MAKE_DIRECTORY "${folder}")
  file(CHMOD "${folder}" DIRECTORY_PERMISSIONS ${CMAKE_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS})
endforeach()
# cpack has made the prefix, and nobody uninstalls what it packs
if("$ENV{DESTDIR}${CMAKE_INSTALL_PREFIX}" MATCHES "/_CPack_Packages/")
  file(CHMOD "$ENV{DESTDIR}${CMAKE_INSTALL_PREFIX}" DIRECTORY_PERMISSIONS ${CMAKE_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS})
elseif(made)
  list(JOIN made "\n" lines)
  file(APPEND "${note}.txt" "${lines}\n")
endif()
