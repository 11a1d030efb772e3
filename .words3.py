import pathlib,subprocess
pairs=[l.split(" => ") for l in r"""
Parts of a job could not be worked on => Parts of a job could not be processed
A job came to nothing => A job failed
Nothing was changed by it. It can be started again. => It changed nothing. It can be started again.
A job does not get on => A job is stuck
What it did stays done. Until it ends, no other one for the same records can begin. => What it did stays done. Until it ends, no other job for the same records can start.
Service queues wait too long to be filled => Service queues have been waiting too long
The patrons’ records are written and right. Only their service queues are missing. => The patrons’ records are written correctly. Only their service queues are missing.
A message was given up => A message was abandoned
It is kept to show what went wrong. What the system asked for by it, it asks for again by itself. => It is kept to show what went wrong. The system asks again by itself for whatever the message asked for.
The note of a job under way cannot be read => The record of a running job cannot be read
The job is not looked after until the note is written anew. Starting the job again does that. => No one looks after the job until that record is rewritten. Starting the job again does that.
Something is at work that no job has asked for => Something is running that no job asked for
Jobs are safe from it: what it does for a job that has ended leaves nothing. => It cannot harm any job: what it does for a job that has ended leaves no trace.
"Retry whom it did not reach" => "Retry the patrons it did not reach"
"Send it once more" => "Send it again"
"Write its report once more" => "Rewrite its report"
RUNNING: "At work" => RUNNING: "Running"
"About to go on" => "About to continue"
"Ended well" => "Succeeded"
${running} at work` => ${running} running`
"Every chunk has told what became of its patrons" => "Every chunk has reported what became of its patrons"
"The errors file has as many rows as is said" => "The errors file has the stated number of rows"
"As many service queues were asked for as is said" => "The stated number of service queues was requested"
If you go on: => If you continue:
Finds out what it would do … => Checking what it would do …
Each asked for service queues to be filled, or was sent by nobody of ours, and came to nothing in all its tries. Reading hides none of them. => Each either asked for service queues to be filled or came from outside, and failed on every try. Reading them hides none of them.
There may be more than are shown. They come as these are sent again or deleted. => There may be more than are shown. They appear as these are sent again or deleted.
"Messages given up" => "Abandoned messages"
<dt>Messages given up</dt> => <dt>Abandoned messages</dt>
`At work ${forHowLong(startedAt)}.${chunks}` => `Running ${forHowLong(startedAt)}.${chunks}`
`At work ${forHowLong(startedAt)}` => `Running ${forHowLong(startedAt)}`
`Began ${instantText => `Started ${instantText
What to do about it => What to do about it
"None that we know: its name is not one of ours" => "Unknown: its name is not one of ours"
Everything that ran, newest first. A job may have several executions: planning, applying, and each further attempt. => Everything that has run, newest first. A job may have several executions: planning, applying, and each further attempt.
"However it went" => "Any result"
"No execution fits." => "No executions match."
"It left neither a result nor a failure" => "It left neither a result nor an error"
"Enter an id, or a part of it." => "Enter an ID, or part of one."
Id of a batch update, a query set, an import or an export => ID of a batch update, query set, import, or export
It stands at the end of the address of its page. A part of it is enough. => It is at the end of the address of its page. Part of it is enough.
Nothing that Step Functions still knows: it keeps executions for 90 days. => Nothing Step Functions still knows of: it keeps executions for 90 days.
What support did that concerns no one library. What it did in a library stands in that library’s own audit. => What support did that does not concern a single library. What it did in a library is in that library’s own audit.
what support did that concerns no one library => what support did that does not concern a single library
<dt>The oldest was asked for</dt> => <dt>The oldest was requested</dt>
It has not begun its first step. => It has not started its first step.
"Steps, in their order" => "Steps, in order"
"An earlier try ended by" : "It ended by" => "An earlier try ended with" : "It ended with"
As support sees it: what ran for it, and whether its numbers agree => Support’s view: what ran for it, and whether its numbers agree
What needs somebody at Keystone, in all libraries. This page keeps itself up to date. => What needs someone at Keystone, in all libraries. This page keeps itself up to date.
Not everything could be looked at just now => Not everything could be checked just now
It hides nothing of the rest, and is looked at again in a few seconds. => The rest is complete, and this is checked again in a few seconds.
Nothing. All jobs get on by themselves. => Nothing. All jobs are moving along on their own.
There is more than is shown: the oldest come first. => There is more than is shown: the oldest comes first.
>At work now< => >Running now<
"At work now" => "Running now"
"Nothing is at work." => "Nothing is running."
All executions, also of the past => All executions, including past ones
Make, suspend or take back libraries => Create, suspend, or reinstate libraries
The records, the outcomes, the report and the plan are counted again, against each other. Nothing is changed. => The records, outcomes, report, and plan are counted again and compared. Nothing is changed.
What others wrote since then is told, and is not wrong. => What others have written since is listed, and is not an error.
Nothing is changed before the plan is reviewed and processed. You go on to the review. => Nothing is changed until the plan is reviewed and processed. You continue to the review.
It is being cancelled. => It is being canceled.
Asks once more for ${counted => Asks again for ${counted
The service queues are asked for once more. => The service queues have been requested again.
Open it as the library sees it => Open it as the library sees it
""".strip().split("\n")]
files=subprocess.run("git ls-files console/support test/console/support.test.ts test/console/accessibility.test.ts docs/runbook.md docs/operating.md test/unit/runbook.test.ts",shell=True,capture_output=True,text=True).stdout.split()
texts={f:pathlib.Path(f).read_text() for f in files}
for old,new in pairs:
    if old==new: continue
    hit=[f for f in files if old in texts[f]]
    if not hit: print("MISSING",old); continue
    for f in hit: texts[f]=texts[f].replace(old,new)
for f,t in texts.items():
    p=pathlib.Path(f)
    if p.read_text()!=t: p.write_text(t)
