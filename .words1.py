import re,sys,pathlib,subprocess
R=[]
def r(files,*pairs):
    for f in files.split():
        p=pathlib.Path(f); t=p.read_text()
        for old,new in pairs:
            if old not in t: print("MISSING",f,repr(old)); continue
            t=t.replace(old,new)
        p.write_text(t)
c="console/"
r(c+"query/list-editor.tsx",
 ("All of these must hold (AND)","Match all of these (AND)"),
 ("Any one of these must hold (OR)","Match any of these (OR)"),
 ("None of these may hold (NOT)","Match none of these (NOT)"),
 ("How they belong together","Match"))
r(c+"query/id-list.tsx",
 ('label="Patron ids"','label="Patron IDs"'),
 ("One on each line, or with spaces or commas between them. ${counted(count, \"id\", \"ids\")} so far.","One per line, or separated by spaces or commas. ${counted(count, \"ID\", \"IDs\")} so far."),
 ("Or a file of ids","Or a file of IDs"),
 ("A text or CSV file with one id on each line and one column. Ids that are not found are listed, never dropped silently.","A text or CSV file with a single column and one ID per line. IDs that are not found are listed, never dropped silently."))
r(c+"query/value-editor.tsx",
 ("One value on each line.","One value per line."),("No value is needed.","No value needed."),
 ("${hint} Known: ","${hint} Choose from: "))
r(c+"query/criteria-draft.ts",
 ("A condition has no value yet. To find missing values choose Is Blank.","A condition has no value yet. To find missing values, choose Is Blank."))
r(c+"query/query-page.tsx",
 ("Type at least one patron id, or choose a file.","Enter at least one patron ID, or choose a file."),
 ("Say which patrons the update is for. You will see each of them before anything happens.","Choose which patrons to update. You will see every one of them before anything changes."),
 ("To look at one patron’s profile, ","To look up one patron’s profile, "),
 ("By a list of patron ids","By a list of patron IDs"),
 ("How do you want to choose them?","How do you want to choose them?"),
 ("It appears here as soon as every condition is complete.","It appears here once every condition is complete."),
 ("Bring in more patrons by id","Add more patrons by ID"))
r(c+"query/saved-queries.tsx",
 ('use: "Open it"','use: "Open"'),
 ("A name that your library will recognise.","A name your library will recognize."),
 ("The query “${name}” goes for everyone in your library. Query sets made with it stay.","The query “${name}” will be deleted for everyone in your library. Query sets made from it stay."))
r(c+"query-set/compare-page.tsx",
 ("The newer set is held against the earlier one. Nothing is changed by comparing.","See who joined and who left between two query sets. Comparing changes nothing."),
 ("In the newer set alone.","Only in the newer set."),("In the earlier set alone.","Only in the earlier set."),("In the newer and in the earlier set.","In both sets."),
 ('"There is nobody."','"No patrons match this filter."'),(', made{" "}',', created{" "}'))
r(c+"query-set/members.tsx",
 ("Leave the ticked ones out","Leave out selected"),("Bring the ticked ones back in","Bring back selected"),
 ("{patrons(ticked.size)} ticked","{patrons(ticked.size)} selected"),
 ("Patron id or beginning of last name","Patron ID or beginning of last name"),
 ("brought back in","brought back"),
 ("No patron fits these filters.","No patrons match these filters."),("There is no patron.","There are no patrons."),
 ('all="Every medium"','all="All media"'))
r(c+"query-set/not-found.tsx",
 ('"id was", "ids were"','"ID was", "IDs were"'),("Show the ids that were not found","Show the IDs that were not found"))
r(c+"query-set/query-set-page.tsx",
 ("The library’s patrons are being looked through. This page goes on by itself","Searching the library’s patrons. This page continues by itself"),
 ("Looking through the patrons","Searching patrons"),
 ("The query could not be run","The query could not be run"),
 ("The file of ids has not been read yet","The file of IDs has not been read yet"),
 ("mend the recipe","fix the recipe"),
 ("A recipe asked this query.","A recipe ran this query."),
 ("Ids not found","IDs not found"),("Ids given more than once","Duplicate IDs"),
 ("Everyone is left out","Everyone has been left out"),
 ("Bring someone back in below.","Bring someone back below."),
 ("No patron was found","No patrons were found"),
 ("The reason is not known.","The reason is unknown."))
r(c+"query-set/query-sets-page.tsx",
 ("A query set is frozen when it is made: what you reviewed is what a batch update is planned for.","A query set is frozen when it is created: the patrons you review are exactly the ones a batch update is planned for."),
 ("There is no query set yet.","No query sets yet. Find patrons, and the result is kept here."),
 ('"Made by"','"Created by"'),('"Made"','"Created"'))
r(c+"query-set/set-acts.tsx",
 ("Ask again, compare or export","Run again, compare, or export"),
 ("This set asked the query of an earlier one again.","This set reran the query of an earlier one."),
 ("See who joined and who left since","See who has joined and left since"),
 ("Refresh: ask the same again","Refresh: run this query again"))
r(c+"query-set/summary-tables.tsx",('empty="Nobody."','empty="None."'))
r(c+"home/home-page.tsx",
 ("Nothing waits for you.","Nothing is waiting for you."),
 ("What waits for an administrator of ${library}, what runs, and what has ended.","What needs an administrator’s attention at ${library}, what is running, and what has finished."),
 ("What you have prepared for ${library}, and what became of it.","What you have prepared for ${library}, and how it turned out."))
r(c+"home/recent-imports.tsx",('"Made"','"Started"'),("Imports of the last day and night","Recent imports"),("No import was made.","No imports in the last day and a half."))
r(c+"home/work-list.tsx",('"Waits in line"','"Waiting in line"'),(": nothing was changed",": nothing was changed"))
r(c+"recipe/date-from-start.tsx",
 ("As the preset has it: as many days ahead as when the preset was kept","From the preset: as many days ahead as when the preset was saved"),
 ("One day, counted from the start","One date, counted from the day the recipe is started"),
 ("Spread over service days, counted from the start","Spread over service days, counted from the day the recipe is started"),
 ("0 is the day on which the recipe is started.","0 is the day the recipe is started."))
r(c+"recipe/recipe-draft.ts",
 ('"As the preset has it"','"From the preset"'),("Becomes a day ${from","Set to a date ${from"),
 ("on the day of the start","on the start day"))
r(c+"recipe/recipe-form.tsx",
 ('"Make a recipe"','"New recipe"'),
 ("Your library keeps no preset yet. An administrator keeps one on the page “Batch update”, under “Presets”:{\" \"}","Your library has no presets yet. An administrator can save one on the “Batch update” page, under “Presets”:{\" \"}"),
 ("Leave it as it was","Cancel"),
 ("Such as “Space out new patrons’ first cartridges”.","For example, “Space out new patrons’ first cartridges.”"),
 ("<strong>This is always applied as it stands.</strong> Not ticked, Nightly Debug is turned off for everyone\n            who is found.","<strong>This is always applied as shown.</strong> Unchecked, Nightly Debug is turned off for everyone the\n            query finds."))
r(c+"recipe/recipes-page.tsx",
 ("A recipe is a saved query, a preset, a medium and Nightly Debug under one name, for what you do again and again. Starting one only reads: you review the batch update before anything changes.","A recipe keeps a saved query, a preset, a medium, and Nightly Debug under one name, for work you repeat. Starting one changes nothing: you review the batch update first."),
 ("There is no recipe yet.","No recipes yet."),
 ("No longer there: choose another","Deleted: choose another"),('head: "Acts"','head: "Actions"'),
 ("It goes for everyone in your library. Its query and preset stay, and so does what was made with it.","It will be deleted for everyone in your library. Its query and preset stay, and so do the batch updates made with it."))
r(c+"people/invite-form.tsx",
 ("Invite somebody","Invite someone"),('label="E-mail"','label="Email"'),
 ("Enter an e-mail address such as ada@library.example.","Enter an email address, such as ada@library.example."))
r(c+"people/people-page.tsx",
 ("${person.name} is invited${person.invitation === undefined ? `, by an e-mail to ${person.email}` : \"\"}.","${person.name} was invited${person.invitation === undefined ? `, by email to ${person.email}` : \"\"}."),
 ("Who signs in for your library, and what they may do. Changes hold within a minute.","Who can sign in for your library, and what they can do. Changes take effect within a minute."),
 ("The invitation of ${invitation.name}","Invitation for ${invitation.name}"),
 ("No e-mail is sent from this machine. Give this link to the person: it is good once, and shown only now.","No email is sent from this machine. Give this link to the person: it works once, and is shown only now."))
r(c+"people/people-table.tsx",
 ("${name} is removed.","${name} was removed."),("${name} is shut out.","${name} was disabled."),
 ("${name} now has the role: ${label(role)}.","${name} now has the role ${label(role)}."),
 ("${person.name} is let in again.","${person.name} was enabled."),
 ("Nobody has been invited so far.","No one has been invited yet."),
 ('"E-mail"','"Email"'),('"Acts"','"Actions"'),("Invite again","Send a new invitation"),("Let in again","Enable"),('words="Shut out"','words="Disable"'),
 ('"No, leave it"','"Cancel"'),
 ('dismiss="No, leave it"','dismiss="Cancel"') if False else ('"Yes, remove"','"Remove"'),
 ("${name} cannot sign in any more, within a minute. What they did stays in the audit under their name.","Within a minute, ${name} can no longer sign in. What they did stays in the audit under their name."),
 ("Shut ${name} out?","Disable ${name}?"),
 ("${name} cannot sign in until let in again. What they prepared stays.","${name} cannot sign in until enabled again. What they prepared stays."),
 ('"Yes, shut out"','"Disable"'),
 ("Make ${name} staff?","Make ${name} staff?"),
 ("${name} will prepare batch updates, and no longer process them or change settings.","${name} can still prepare batch updates, but no longer process them or change settings."),
 ('"Yes, make staff"','"Make staff"'),
 ("${name} will process batch updates, import, change settings, and invite people.","${name} can process batch updates, import, change settings, and invite people."),
 ('"Yes, make administrator"','"Make administrator"'))
r(c+"clients/clients-page.tsx",
 ("such as a catalogue or a nightly script.","such as a catalog or a nightly script."),
 ("The secret of ${secret.name}","Secret for ${secret.name}"),
 ("Put it where the system keeps its secrets. It is shown only now; if it is lost, give the client a new one.","Store it where the system keeps its secrets. It is shown only now; if it is lost, give the client a new one."),
 ('"Client id"','"Client ID"'),('"I have kept it"','"I have stored it"'))
r(c+"clients/clients-table.tsx",
 ("${name} is removed.","${name} was removed."),("There is no client so far.","No clients yet."),
 ('"Client id"','"Client ID"'),('"Made"','"Created"'),('"Acts"','"Actions"'),
 ('"Yes, give a new secret"','"Give a new secret"'),('"Yes, remove"','"Remove"'),('"No, leave it"','"Cancel"'),
 ("The secret that it has gets no more tokens: the system stands still until it has the new one.","Its current secret stops working: the system cannot call the API until it has the new one."),
 ("The system that uses it is shut out within a minute. This cannot be taken back; a new client can be made.","The system that uses it is locked out within a minute. This cannot be undone, but you can create a new client."))
r(c+"clients/new-client-form.tsx",("Such as Nightly registration sync.","For example, Nightly registration sync."),("Make the client","Create client"))
r(c+"libraries/change-library.tsx",("Other library or reason","Switch library or reason"))
r(c+"libraries/libraries-page.tsx",
 ("It holds within a minute.","It takes effect within a minute."),("${name} is taken back.","${name} was reinstated."),
 ("There is no library so far.","No libraries yet."),('"Take back"','"Reinstate"'),('"Served"','"Active"'),('"Acts"','"Actions"'),("Libraries, by their id","Libraries, by ID"))
r(c+"libraries/suspend-dialog.tsx",
 ('{isBack ? "Take back" : "Suspend"}','{isBack ? "Reinstate" : "Suspend"}'),
 ("Everybody of the library is let in again, within a minute.","Everyone at the library can sign in again within a minute."),
 ("Everybody of the library is shut out, within a minute. What runs ends, what is scheduled waits, and nothing is lost.","Everyone at the library is locked out within a minute. What is running finishes, what is scheduled waits, and nothing is lost."),
 ('"Yes, take it back"','"Reinstate"'),('"Yes, suspend it"','"Suspend"'),("No, leave it","Cancel"))
r(c+"libraries/work-in-library.tsx",
 ("Say why, such as the number of the library’s request.","Give a reason, such as the number of the library’s request."),
 ("There is none so far","No libraries yet"),
 ("It stands in the audit beside everything you change there. Name no patrons.","It appears in the audit beside everything you change there. Do not name patrons."),
 ("Stay where you are","Cancel"))
r(c+"controls/error-summary.tsx",
 ('"One thing has to be put right" : `${errors.length} things have to be put right`','"Please fix one thing" : `Please fix ${errors.length} things`'))
r(c+"controls/failure.tsx",
 ("Somebody else changed this meanwhile","Someone else changed this in the meantime"),
 ("The service has a fault","Something went wrong in the service"),
 ("It is not known whether your request arrived. Look again when the connection is back. Asking twice does it once.","Your request may or may not have arrived. Check again when the connection is back. Trying again is safe: it is done only once."),
 ("Look again in a minute. Asking twice does it once.","Check again in a minute. Trying again is safe: it is done only once."))
r(c+"controls/kept-by-name.tsx",('            Delete it\n','            Delete\n'),('confirm="Delete it"','confirm="Delete"'),('dismiss="Keep it"','dismiss="Cancel"'))
r(c+"controls/rename.tsx",("The ${what} is called ${wanted} now.","The ${what} is now called ${wanted}."),('"Type a name."','"Enter a name."'))
r(c+"controls/role-field.tsx",("Administrators also process and undo them, import, and change settings.","Administrators can also process and undo them, import, and change settings."))
r(c+"controls/shown-once.tsx",("Copying did not work. Select the text and copy it by hand.","Copying did not work. Select the text and copy it yourself."))
r(c+"exports/exports-page.tsx",
 ("Files of patrons or titles, as they are now. A file is kept for a day. It holds patron data: keep it safe, and delete it when you are done.","Files of patrons or titles as they are now. A file is kept for a day. It contains patron data: keep it safe, and delete it when you are done."),
 ("The export has begun.","The export has started."),("There is no export yet.","No exports yet."),('"Made"','"Created"'))
r(c+"exports/new-export-form.tsx",("JSONL, a record a line","JSONL, one record per line"),("Both can be imported again: that changes nothing.","Either can be imported again as is."),("Make the export","Create export"))
r(c+"page/choose-library-page.tsx",("Everything you do is in the library’s audit.","Everything you do appears in the library’s audit."))
r(c+"page/connection-notice.tsx",
 ("Nothing is lost, and what is being processed goes on. This page is trying again by itself.","No work is lost, and anything being processed continues. This page keeps trying to reconnect."))
r(c+"page/parts.tsx",("What you typed is kept, and nothing has been changed.","What you typed is kept, and nothing has been changed."))
r(c+"page/shell.tsx",
 ("Every change made here can be looked up in the history and, while its time has not run out, undone.","Every change is recorded in the history and can be undone until its time limit passes."),
 ("What the words mean","Glossary"))
r(c+"page/sign-in-page.tsx",
 ("undone if need be.","undone if needed."),
 ("Nothing had been done here for a while. What was being processed goes on.","There was no activity for a while. Anything being processed continues."),
 ("Signing in did not work","Sign-in did not work"),
 ("You will be taken to your library’s sign-in page, and brought back here.","You will go to your library’s sign-in page and come back here."))
r(c+"app.tsx",
 ("What you last asked for was not sent, and nothing was changed by it. Please do it again.","Your last request was not sent and changed nothing. Please try it again."),
 ("            Understood\n","            OK\n"))
r(c+"session/idle-watch.tsx",
 ("Nothing has been done here for a while. People who have left are signed out, so that nobody else sees their\n          library’s patrons.","There has been no activity for a while. People who have left are signed out, so that no one else sees their\n          library’s patrons."),
 ("You are signed out in ${","You will be signed out in ${"),
 ("What is being processed goes on either way. What you have typed and not sent is lost by signing out.","Anything being processed continues either way. Signing out loses what you have typed and not sent."))
r(c+"words/labels.ts",
 ('"Being planned"','"Planning"'),('"Being processed"','"Processing"'),('"Being cancelled"','"Canceling"'),('CANCELLED: "Cancelled"','CANCELLED: "Canceled"'),
 ('"Waiting for its file"','"Waiting for file"'),('"Being built"','"Building"'),('INVALID: "Refused"','INVALID: "Blocked by a rule"'),
 ('DISABLED: "Shut out"','DISABLED: "Disabled"'),
 ("Reserves go out all the same","Reserves still go out"),("Day has passed","Date has passed"),
 ("They have requests waiting, and the new serve code never serves by itself. The requests stay until someone acts.","They have requests waiting, but the new serve code sends nothing on its own. The requests wait until someone acts."),
 ("Their physical reserves go out all the same, before the next service date.","Their physical reserves still go out before the next service date."),
 ("Titles that are on order or sent cannot be taken back. They stay in the queue.","Titles that are on order or already sent cannot be recalled. They stay in the queue."),
 ("Their record holds these values already. It is not touched.","Their record already has these values. It is not touched."),
 ("A rule stands against it. Nothing of theirs changes.","A rule blocks the change. Nothing changes for them."),
 ("There is no such patron any more.","This patron no longer exists."),
 ("You left them out. Nothing of theirs changes.","They were left out. Nothing changes for them."))
