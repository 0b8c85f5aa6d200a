; Inno Setup: the Windows installer of a bundle that packaging/build.py collected.
; iscc /DVersion=0.1.0 /DBundle=build\bundle-cpu\sightline /Odist packaging\windows\sightline.iss
#ifndef Version
  #error Name the version: /DVersion=0.1.0
#endif
#ifndef Bundle
  #error Name the bundle's folder: /DBundle=build\bundle-cpu\sightline
#endif

[Setup]
AppId={{6E0F7C1E-3B53-4E57-9B0B-5A3E4C4A7B11}
AppName=Sightline
AppVersion={#Version}
AppPublisher=The Sightline authors
AppComments=See your own photos, sounds and texts the way a model sees them. Nothing leaves your computer.
DefaultDirName={autopf}\Sightline
DefaultGroupName=Sightline
DisableProgramGroupPage=yes
PrivilegesRequired=lowest
PrivilegesRequiredOverridesAllowed=dialog
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
LicenseFile=..\..\LICENSE
SetupIconFile={#Bundle}\..\..\icons\sightline.ico
UninstallDisplayIcon={app}\sightline.exe
UninstallDisplayName=Sightline
OutputBaseFilename=Sightline-{#Version}-setup
Compression=lzma2/max
SolidCompression=yes
WizardStyle=modern
ChangesAssociations=yes

[Tasks]
Name: desktopicon; Description: "An icon on the desktop"; Flags: unchecked
Name: openwith; Description: "“Open with Sightline” for folders and pictures"

[Files]
Source: "{#Bundle}\*"; DestDir: "{app}"; Flags: ignoreversion recursesubdirs createallsubdirs

[Icons]
Name: "{autoprograms}\Sightline"; Filename: "{app}\sightline.exe"
Name: "{autodesktop}\Sightline"; Filename: "{app}\sightline.exe"; Tasks: desktopicon

[Registry]
Root: HKA; Subkey: "Software\Classes\Directory\shell\Sightline"; ValueType: string; ValueData: "Open with Sightline"; Flags: uninsdeletekey; Tasks: openwith
Root: HKA; Subkey: "Software\Classes\Directory\shell\Sightline"; ValueType: string; ValueName: "Icon"; ValueData: "{app}\sightline.exe"; Tasks: openwith
Root: HKA; Subkey: "Software\Classes\Directory\shell\Sightline\command"; ValueType: string; ValueData: """{app}\sightline.exe"" ""%1"""; Tasks: openwith
Root: HKA; Subkey: "Software\Classes\Applications\sightline.exe\shell\open\command"; ValueType: string; ValueData: """{app}\sightline.exe"" ""%1"""; Flags: uninsdeletekey; Tasks: openwith
Root: HKA; Subkey: "Software\Classes\Applications\sightline.exe\SupportedTypes"; ValueType: string; ValueName: ".jpg"; ValueData: ""; Flags: uninsdeletekey; Tasks: openwith
Root: HKA; Subkey: "Software\Classes\Applications\sightline.exe\SupportedTypes"; ValueType: string; ValueName: ".jpeg"; ValueData: ""; Tasks: openwith
Root: HKA; Subkey: "Software\Classes\Applications\sightline.exe\SupportedTypes"; ValueType: string; ValueName: ".png"; ValueData: ""; Tasks: openwith
Root: HKA; Subkey: "Software\Classes\Applications\sightline.exe\SupportedTypes"; ValueType: string; ValueName: ".webp"; ValueData: ""; Tasks: openwith
Root: HKA; Subkey: "Software\Classes\Applications\sightline.exe\SupportedTypes"; ValueType: string; ValueName: ".tif"; ValueData: ""; Tasks: openwith

[Run]
Filename: "{app}\sightline.exe"; Description: "Start Sightline"; Flags: nowait postinstall skipifsilent

; The library in the user's own data folder is never removed; the program's folder goes whole.
[UninstallDelete]
Type: filesandordirs; Name: "{app}\_internal"
