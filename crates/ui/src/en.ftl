# The frame of every page
skip-to-content = Skip to content
nav-label = Main menu
menu-profile = My settings
menu-sign-out = Sign out
language-label = Language
client-title = {""}
breadcrumb-label = You are here
help-call = I need help: call
help-write = I need help: write
help-hours = Phone { $hours }

# Lists
pager-label = Pages
pager-previous = Previous
pager-next = Next
pager-place = Page { $page } of { $pages }, { $total } in all

# Components
task-done = Done
chart-no-data = no data
chart-numbers = Show the numbers as a table
clock-paused = Paused
clock-met = Done in time
clock-missed = Overdue
clock-left = { $time } left
clock-over = { $time } over
live-lost = The connection was lost. Reconnecting.
live-new = There is something new. Show it

# Forms
form-summary = { $n ->
    [one] Please check one field
   *[other] Please check { $n } fields
}
form-summary-separator = :{" "}
form-required-mark = required
form-optional-mark = optional
form-choose = Please choose
form-required = Please fill this in.
form-too-long = Please use at most { $max } characters.
form-too-short = Please use at least { $min } characters.
form-control-characters = There is a character that cannot be used. Please type it again.
form-number = Please enter a number.
form-range = Please enter a number from { $min } to { $max }.
form-date = Please enter a date such as 2026-04-18.
form-choice = Please choose one.
form-mail = Please check the mail address.
form-file = Please choose a file.

# Printing
print-back = Back to the screen
print-how = Use your browser's print function for A4 paper or a PDF.

# When something did not work
problem-home = Back to the home page
problem-number = Number: { $status }
problem-help = If it is urgent, please call { $phone } ({ $hours }).
problem-title-400 = What was sent could not be read
problem-text-400 = Please go back, check the content and send it again.
problem-title-403 = You do not have access to this page
problem-text-403 = If you need it, please ask your administrator for access.
problem-title-404 = Page not found
problem-text-404 = The address may have changed, or you may not have access to this page.
problem-title-429 = Please wait a moment
problem-text-429 = There were many requests in a short time, so new ones are on hold. Please try again in a few minutes.
problem-title-500 = The page could not be shown
problem-text-500 = The fault is ours. Please check later whether your input was saved.
problem-title-503 = The service is not available now
problem-text-503 = It is being prepared. Please try again in a few minutes.
