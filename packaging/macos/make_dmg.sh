#!/bin/sh
# Makes the disk image for macOS of a finished Sightline.app: sh make_dmg.sh Sightline.app Sightline-0.1.0.dmg
# IDENTITY (a "Developer ID Application: ..." certificate) signs it; without one the signature is ad hoc and macOS asks before the first start.
set -eu
app=${1:?Sightline.app}; image=${2:?name of the .dmg}
stage=$(mktemp -d); trap 'rm -rf "$stage"' EXIT
codesign --force --deep --options runtime --entitlements "$(dirname "$0")/entitlements.plist" --sign "${IDENTITY:--}" "$app"
cp -R "$app" "$stage/"
ln -s /Applications "$stage/Applications"
hdiutil create -volname Sightline -srcfolder "$stage" -fs HFS+ -format ULFO -ov "$image"
