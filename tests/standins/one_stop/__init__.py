"""The one-stop system, as far as a reader of dossiers meets it.

    python -m tests.standins.one_stop --port 8001 --dossiers dossiers.json

It listens on 127.0.0.1 only, says `one-stop stand-in on 127.0.0.1:8001` on standard output once it does (with
`--port 0` the number is the free port it took), and ends with exit code 0 on SIGTERM and SIGINT.
`--now-offset SECONDS` sets its clock ahead of (or, negative, behind) the machine's.

**What it answers** (`/o/rest/v2`, basic auth and header `groupId`; without either 401, 403)
- `GET /dossiers`: query `start`, `end` (exclusive; absent or 0: everything, whatever `start` says), `sort` (a field
  of the answer; default createDate), `order` (`true` = descending), filters `status substatus agency service dossierNo
  keyword viapostal vnpostalStatus fromViaPostal online originality`, windows `from…`/`to…` with `SubmitDate
  ReceiveDate DueDate ReleaseDate FinishDate` as `dd/MM/yyyy`, both days inside. `dossierNo` and `keyword` find parts
  of words. One value per filter. Any other parameter is ignored; there is no modified-since.
- `GET /dossiers/{dossierId or referenceUid}`: one dossier, the applicant's name as written.
- `GET /dossiers/{dossierId or referenceUid}/actions`: its steps, oldest first; a step back is a step too.

**The file of dossiers**: a JSON list, one object per dossier.

    {"number": "000.00.22.H12-261102-0007",          required
     "service_code": "1.004873",                     required
     "service_name": "…", "agency_code": "…", "agency_name": "…", "applicant_name": "…",
     "reference_uid": "…",                           absent: made from the number; some portals put theirs here
     "portal_number": "…",                           the portal's own number, on the wire as dossierIdCTN
     "via_postal": 2,                                result leg, 0 to 4
     "from_via_postal": true,                        the dossier came by post
     "vnpostal_status": 1,                           submission leg, 0 to 4
     "processing_days": 3,                           working days (Monday to Friday) from receipt to due date; default 5
     "due_at": "2026-11-27T17:00:00+07:00",          instead of processing_days
     "phone": "0000000001", "address": "…", "ward_code": "32002", "ward_name": "…",
     "history": [{"status": "new", "at": "2026-11-20T08:00:00+07:00", "sub_status": "…", "user": "…", "note": "…"}]}

Every `at` is ISO 8601 with an offset. The last entry of the history whose time has come is the dossier's status;
later ones take effect when their time comes, so the dossier moves along by the clock. Before its first entry a dossier
does not exist. Unknown keys and statuses stop the start with a sentence that names them.

**For the demo** (no sign-in)
- `POST /demo/dossiers/<number>/status {dossierStatus, dossierSubStatus?, at?, user?, note?}` moves a dossier, forwards
  or back. `at` in the past makes the change look that old (it holds at once all the same), in the future plans it.
  Unknown number 404, unknown status 422.
- `POST /demo/dossiers`: a dossier as in the file, or with `status` (and `at`, default now) in place of `history`.
- `POST /demo/faults {kind: none|down|slow|html|truncated|empty|partial, seconds?, declares_whole_length?}`, for every
  call below `/o/rest/v2`: `down` closes the connection without a word; `slow` answers after `seconds` (default 30);
  `truncated` cuts the JSON in the middle, and with `declares_whole_length` also breaks its own Content-Length;
  `partial` has lost the last two fifths of the dossiers, and says nothing of it.
- `POST /demo/clock {offset_seconds}` sets the clock as `--now-offset` does.
"""
